package io.lockstep.lanes;

/**
 * The inner loops of training. Two implementations, in vectors and in plain Java, compute the same
 * bits; {@link KernelChoice} says which one runs.
 *
 * <p>All indices are positions in arrays of {@code float}. A vector is {@link Lanes#COUNT}
 * consecutive values.
 */
public interface Kernels {
  /** Floats that are computed at a time: a divisor of {@link Lanes#COUNT}. */
  int vectorLength();

  /**
   * Sums of vectors scaled by single weights: convolutions, dense layers, their input gradients,
   * and the weight gradients of dense layers.
   *
   * <pre>
   * sum[row][column] = first[row][column]
   *     + w[row][from] * x[column][from] + ... + w[row][to - 1] * x[column][to - 1]
   * y[row][column] = add ? y[row][column] + sum : sum
   * </pre>
   *
   * a chain of fused multiply-adds in the order of the terms, then one addition. {@code w[row][k]}
   * is one value; {@code x[column][k]} a vector, at {@code xAt + columns.input[column] + terms[k]};
   * {@code y[row][column]} a vector, at {@code yAt + row * yRow + columns.output[column]}.
   *
   * @param w the scales of all terms, of which {@code [from, to)} are summed
   * @param first where the chain starts
   */
  void sumScaled(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      Columns columns,
      boolean add);

  /** What the chains of {@link #sumScaled} start with. */
  final class First {
    private static final First ZERO = new First(new float[Lanes.COUNT], 0);

    final float[] values;
    final int rowStride;

    private First(float[] values, int rowStride) {
      this.values = values;
      this.rowStride = rowStride;
    }

    /** Zero. */
    public static First zero() {
      return ZERO;
    }

    /** A vector for each row, the same for every column. */
    public static First ofRows(float[] vectors) {
      return new First(vectors, Lanes.COUNT);
    }
  }

  /** Rows that {@link #interleave} takes. */
  int INTERLEAVED = 5;

  /**
   * Lays five rows out as {@link Scales} are read: {@code to[toAt + 5 * k + row]} is {@code rows[at
   * + row * rowStride + k]}, for the {@code count} values of each row.
   */
  void interleave(float[] rows, int at, int rowStride, int count, float[] to, int toAt);

  /**
   * Products summed over a batch: the weight gradients of convolutions.
   *
   * <pre>
   * total[row][tap] = sum over places and lanes of g[row][place] * x[tap][place]
   * sums[row][tap] = add ? sums[row][tap] + total : total
   * </pre>
   *
   * a chain of fused multiply-adds over the places in each lane, then the lanes added as {@link
   * Totals}. {@code g[row][place]} is the vector at {@code gAt + row * gRow + place * 16}, {@code
   * x[tap][place]} the one at {@code xAt + taps[tap] + places[place]}.
   *
   * @param scratch {@link #SCRATCH} values
   */
  void sumProducts(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      Distances taps,
      Distances places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      Vectors scratch);

  /**
   * Values of scratch memory that a kernel may ask for: sums before their lanes are added up, and
   * half as many that come of these.
   */
  int SCRATCH = 30 * Lanes.COUNT * Lanes.COUNT;

  /**
   * Sums of rows over a batch: the gradients of biases. {@code sums[row]} is, or is increased by,
   * the {@link Totals} of the row's {@code vectors} vectors, added lane by lane.
   */
  void sumRows(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      int vectors,
      float[] sums,
      int sumsAt,
      boolean add,
      Vectors scratch);

  /**
   * Turns rows of bytes into lanes: {@code y[yAt + column * yRow + row]} is the {@link
   * ByteRows#meaning} of {@code x[xAt + row * columns + column]}.
   *
   * @param words {@link #WORDS} values of scratch memory
   */
  void putBytes(
      ByteRows meaning,
      byte[] x,
      int xAt,
      int columns,
      int rows,
      float[] y,
      int yAt,
      int yRow,
      int[] words);

  /** Words of scratch memory for {@link #putBytes}, of four bytes each. */
  int WORDS = 16 * Lanes.COUNT;

  /**
   * The largest value of each window, lane by lane, and which tap it is: the first of equals, the
   * last of NaNs, which are above all: PyTorch's rule.
   *
   * @param windows where each window starts in {@code x}; its result is the vector {@code y[window
   *     * 16]}
   * @param taps distances within a window
   * @param winners numbers of taps, as floats, in the order of {@code y}
   */
  void maxPool(float[] x, int[] windows, int[] taps, float[] y, float[] winners);

  /**
   * Hands each gradient to the tap that won.
   *
   * @param disjoint no value of {@code dx} is in two windows, and each is in one: it is overwritten
   *     instead of added to
   */
  void maxPoolGradient(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint);
}

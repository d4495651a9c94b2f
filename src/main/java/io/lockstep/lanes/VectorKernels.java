package io.lockstep.lanes;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in vectors of the JDK's incubating Vector API. {@link KernelChoice} loads this class
 * by name, where the module is there.
 *
 * <p>Blocks of rows by columns keep their sums in registers, so each value that is loaded serves
 * several products. They are spelled out for C2, HotSpot's optimising compiler: it keeps a vector
 * in a register only as a local variable, boxes vectors in arrays and fields, and inlines a method
 * of many vectors too rarely to rely on. The size of a block changes no bit: a sum's terms come in
 * the same order. 16 registers hold ten sums and what they need, 32 registers hold twenty-four.
 * There C2 stops inlining, unless the sums start as one zero.
 *
 * <p>C2 boxes a vector whose exact type it does not know. It knows it of a constant, and from
 * profiles; but a JVM that is busy at its start may compile for good without the profile of a
 * method that only one loop calls. So a loop calls the Vector API's methods that dispatch (fma,
 * add, blend) itself and none that calls them in its turn, such as {@code blend(float, mask)}, and
 * calls them on what was just loaded, never on a variable of the loop: a sum is stored as that of
 * itself and -0, or of what was there. Such a variable starts as a new vector, as a constant would
 * stay an object. All vectors are of one species, or of its bits, for the same reason.
 */
final class VectorKernels implements Kernels {
  static final VectorSpecies<Float> SPECIES = species(KernelChoice.wishedBits());
  static final int LENGTH = SPECIES.length();

  static final boolean MANY_REGISTERS = KernelChoice.hasManyRegisters(LENGTH);

  static final float[] MINUS_ZEROS = minusZeros();
  static final FloatVector MINUS_ZERO = FloatVector.fromArray(SPECIES, MINUS_ZEROS, 0);

  VectorKernels() {}

  @Override
  public int vectorLength() {
    return LENGTH;
  }

  /** The species that the JVM was told to use, else the CPU's longest up to {@link Lanes#COUNT}. */
  private static VectorSpecies<Float> species(int bits) {
    return switch (bits) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          FloatVector.SPECIES_PREFERRED.length() > Lanes.COUNT
              ? FloatVector.SPECIES_512
              : FloatVector.SPECIES_PREFERRED;
    };
  }

  private static float[] minusZeros() {
    float[] values = new float[Lanes.COUNT];
    Arrays.fill(values, -0f);
    return values;
  }

  @Override
  public void sumScaled(
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
      boolean add) {
    VectorScaledSums.sumScaled(w, x, xAt, terms, from, to, first, y, yAt, yRow, columns, add);
  }

  @Override
  public void interleave(float[] rows, int at, int rowStride, int count, float[] to, int toAt) {
    VectorInterleaving.interleave(rows, at, rowStride, count, to, toAt);
  }

  @Override
  public void sumProducts(
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
      Vectors scratch) {
    VectorProducts.sumProducts(
        g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
  }

  @Override
  public void sumRows(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      int vectors,
      float[] sums,
      int sumsAt,
      boolean add,
      Vectors scratch) {
    float[] lanes = scratch.values();
    for (int row = 0; row < rows; row++) {
      int from = gAt + row * gRow;
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int vector = 0; vector < vectors; vector++) {
          sum = FloatVector.fromArray(SPECIES, g, from + vector * Lanes.COUNT + lane).add(sum);
        }
        MINUS_ZERO.add(sum).intoArray(lanes, scratch.at() + lane);
      }
      float total = Totals.of(lanes, scratch.at());
      sums[sumsAt + row] = add ? sums[sumsAt + row] + total : total;
    }
  }

  @Override
  public void putBytes(
      ByteRows meaning,
      byte[] x,
      int xAt,
      int columns,
      int rows,
      float[] y,
      int yAt,
      int yRow,
      int[] words) {
    VectorRows.putBytes(meaning, x, xAt, columns, rows, y, yAt, yRow, words);
  }

  @Override
  public void maxPool(float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    VectorPooling.maxPool(x, windows, taps, y, winners);
  }

  @Override
  public void maxPoolGradient(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint) {
    VectorPooling.maxPoolGradient(g, winners, windows, taps, dx, disjoint);
  }
}

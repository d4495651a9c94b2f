package io.lockstep.training;

/**
 * Shortens a mean gradient that is longer than a limit: PyTorch's {@code clip_grad_norm_} over all
 * parameters, with its {@code 1e-6}; Pascanu et al., "On the difficulty of training recurrent
 * neural networks" (arXiv:1211.5063v2), algorithm 1.
 *
 * <p>Call order, in each step: {@link #add} for ranges that are all values, each once and perhaps
 * at the same time, then {@link #norm}, then {@link #scale} likewise.
 *
 * <p>The squares are summed in double, in order within a slice of {@link Slicing#SLICE} values, and
 * then slice by slice: the norm depends neither on who added which range nor on how many did.
 */
final class GradientClip {
  private static final double EPSILON = 1e-6;

  private final double limit;
  private final double[] squares;

  /**
   * A clip.
   *
   * @param limit the longest mean gradient that stays as it is; finite and &gt; 0
   * @param parameterCount values of a gradient
   */
  GradientClip(double limit, int parameterCount) {
    this.limit = limit;
    this.squares = new double[Slicing.slices(parameterCount)];
  }

  /** Adds up the squares of {@code [from, to)}, where {@code from} is the start of a slice. */
  void add(float[] gradientSum, int from, int to) {
    for (int begin = from; begin < to; begin += Slicing.SLICE) {
      int end = begin + Math.min(Slicing.SLICE, to - begin);
      squares[begin / Slicing.SLICE] = squares(gradientSum, begin, end);
    }
  }

  /** The squares of {@code [from, to)}, within a slice, added up. */
  static double squares(float[] gradientSum, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) gradientSum[i] * gradientSum[i];
    }
    return sum;
  }

  /** The length of the mean gradient: of the sum, divided by {@code weight}. */
  double norm(double weight) {
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return norm(sum, weight);
  }

  /** The length of a mean gradient from the squares of its sum, added up. */
  static double norm(double squares, double weight) {
    return Math.sqrt(squares) / weight;
  }

  /** Shortens the values {@code [from, to)} of a gradient of this {@code norm}, if it is longer. */
  void scale(double norm, float[] gradientSum, int from, int to) {
    float factor = (float) (limit / (norm + EPSILON));
    if (factor < 1) {
      for (int i = from; i < to; i++) {
        gradientSum[i] *= factor;
      }
    }
  }
}

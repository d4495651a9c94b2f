package io.lockstep.training;

import io.lockstep.base.Checks;
import java.util.List;

/**
 * The length of a gradient whose ranges are held apart, to the bits of {@link GradientClip}.
 *
 * <p>Whoever holds a range says its {@link #squares}: one number for each slice of {@link
 * Slicing#SLICE} values that lies within the range, added up, and one for each value of a slice
 * that others hold a part of. {@link #sum} then adds up all in the order of the whole.
 */
public final class GradientLength {
  private GradientLength() {}

  /**
   * The squares of a range, as far as its holder can add them up.
   *
   * @param gradientSum of the range
   * @param from where it begins in the whole
   * @param all values of the whole
   */
  static double[] squares(float[] gradientSum, int from, int all) {
    int to = from + gradientSum.length;
    double[] squares = new double[count(from, to, all)];
    int next = 0;
    for (int i = from; i < to; ) {
      int end = endWithin(i, to, all);
      if (isWhole(i, end, all)) {
        squares[next++] = GradientClip.squares(gradientSum, i - from, end - from);
        i = end;
      } else {
        for (; i < end; i++) {
          squares[next++] = (double) gradientSum[i - from] * gradientSum[i - from];
        }
      }
    }
    return squares;
  }

  /**
   * The sum of all squares.
   *
   * @param squares of ranges that are all values, in their order
   * @param borders where the ranges begin, and behind them where the last one ends
   */
  public static double sum(List<double[]> squares, List<Integer> borders) {
    int all = borders.get(squares.size());
    double sum = 0;
    double ofSlice = 0;
    for (int range = 0; range < squares.size(); range++) {
      double[] own = squares.get(range);
      int from = borders.get(range);
      int to = borders.get(range + 1);
      int count = count(from, to, all);
      Checks.require(
          own.length == count,
          String.format("the values [%d, %d) must have %d sums of squares", from, to, count),
          own.length);
      int next = 0;
      for (int i = from; i < to; ) {
        int end = endWithin(i, to, all);
        int numbers = isWhole(i, end, all) ? 1 : end - i;
        for (int last = next + numbers; next < last; next++) {
          ofSlice += own[next];
        }
        if (end == sliceEnd(i, all)) {
          sum += ofSlice;
          ofSlice = 0;
        }
        i = end;
      }
    }
    return sum;
  }

  private static int count(int from, int to, int all) {
    int count = 0;
    for (int i = from; i < to; ) {
      int end = endWithin(i, to, all);
      count += isWhole(i, end, all) ? 1 : end - i;
      i = end;
    }
    return count;
  }

  /** Where the slice of value {@code i} ends. */
  private static int sliceEnd(int i, int all) {
    int begin = i - i % Slicing.SLICE;
    return begin + Math.min(Slicing.SLICE, all - begin);
  }

  private static int endWithin(int i, int to, int all) {
    return Math.min(to, sliceEnd(i, all));
  }

  private static boolean isWhole(int from, int end, int all) {
    return from % Slicing.SLICE == 0 && end == sliceEnd(from, all);
  }
}

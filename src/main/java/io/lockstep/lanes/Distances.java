package io.lockstep.lanes;

import java.util.Arrays;

/**
 * Distances in an array, and the runs they come in: distances a step apart, such as the pixels of a
 * window's row. Where two lists step alike, a vector that was loaded for one is the next one's.
 */
public final class Distances {
  /** As many as a block of taps may reach beyond the last. */
  private static final int BEYOND = 5;

  private final int count;
  private final int[] values;
  private final int step;
  private final int run;

  private Distances(int count, int[] values, int step, int run) {
    this.count = count;
    this.values = values;
    this.step = step;
    this.run = run;
  }

  /** The distances {@code values}. */
  public static Distances of(int[] values) {
    int step = values.length < 2 ? 0 : values[1] - values[0];
    int run = Math.min(values.length, 1);
    while (run > 0 && run < values.length && values[run] - values[run - 1] == step) {
      run++;
    }
    return new Distances(values.length, padded(values), step, inRuns(values, step, run) ? run : 1);
  }

  /** {@code count} equal distances: {@code 0, stride, 2 * stride, ...} */
  public static Distances strided(int count, int stride) {
    return of(multiples(count, stride));
  }

  /** {@code 0, stride, 2 * stride, ...} */
  public static int[] multiples(int count, int stride) {
    int[] result = new int[count];
    for (int i = 0; i < count; i++) {
      result[i] = Math.multiplyExact(i, stride);
    }
    return result;
  }

  private static int[] padded(int[] values) {
    int[] padded = Arrays.copyOf(values, values.length + BEYOND);
    if (values.length > 0) {
      Arrays.fill(padded, values.length, padded.length, values[values.length - 1]);
    }
    return padded;
  }

  private static boolean inRuns(int[] values, int step, int run) {
    if (run == 0 || values.length % run != 0) {
      return false;
    }
    for (int i = 1; i < values.length; i++) {
      if (i % run != 0 && values[i] - values[i - 1] != step) {
        return false;
      }
    }
    return true;
  }

  /** How many they are. */
  public int count() {
    return count;
  }

  /** The distances themselves, and the last some more times. */
  int[] values() {
    return values;
  }

  /** What each distance is beyond the one before it in its run. */
  int step() {
    return step;
  }

  /** Distances in a run: all of them come in runs of this length; at least 1. */
  int run() {
    return run;
  }

  /** {@link #run}, or 1 where the distances {@code [from, to)} cut a run. */
  int runWithin(int from, int to) {
    return from % run == 0 && to % run == 0 ? run : 1;
  }
}

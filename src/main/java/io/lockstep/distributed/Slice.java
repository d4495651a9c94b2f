package io.lockstep.distributed;

/**
 * A range of a parameter vector.
 *
 * @param from its first value
 * @param to behind its last one
 */
record Slice(int from, int to) {
  /** All of a vector of any length. */
  static final Slice WHOLE = new Slice(0, Integer.MAX_VALUE);

  /** No value. */
  static final Slice NONE = new Slice(0, 0);

  /**
   * The {@code number}-th of {@code count} slices, as equal as can be, of {@code values} values.
   */
  static Slice of(int number, int count, int values) {
    return new Slice(
        Math.toIntExact((long) values * number / count),
        Math.toIntExact((long) values * (number + 1) / count));
  }

  /** Values that it has of a vector of {@code values}. */
  int length(int values) {
    return Math.min(to, values) - from;
  }

  int length() {
    return to - from;
  }
}

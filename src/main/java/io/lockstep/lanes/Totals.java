package io.lockstep.lanes;

/** The one order in which the lanes of a vector are added up. */
final class Totals {
  private Totals() {}

  /**
   * The sum of {@code s[at ... at + 15]}: lane {@code l} and lane {@code l + 8}, of these {@code l}
   * and {@code l + 4}, then {@code l + 2}, then {@code l + 1}. A vector's own reduction has no
   * specified order.
   */
  static float of(float[] s, int at) {
    float even =
        ((s[at] + s[at + 8]) + (s[at + 4] + s[at + 12]))
            + ((s[at + 2] + s[at + 10]) + (s[at + 6] + s[at + 14]));
    float odd =
        ((s[at + 1] + s[at + 9]) + (s[at + 5] + s[at + 13]))
            + ((s[at + 3] + s[at + 11]) + (s[at + 7] + s[at + 15]));
    return even + odd;
  }
}

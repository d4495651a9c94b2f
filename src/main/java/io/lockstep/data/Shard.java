package io.lockstep.data;

import java.io.Serializable;

/**
 * Every {@code S}-th row of a split, starting with row {@code number}: row {@code j} of the shard
 * is row {@code j * S + number} of the split.
 *
 * @param number 0 to S - 1
 * @param features the inputs
 * @param labels the classes
 */
public record Shard(int number, Features features, int[] labels) implements Serializable {
  public Shard {
    if (features.rows() != labels.length) {
      throw new IllegalArgumentException(
          features.rows() + " rows of features but " + labels.length + " labels");
    }
  }

  /** Number of rows. */
  public int rows() {
    return labels.length;
  }
}

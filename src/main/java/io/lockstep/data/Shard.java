package io.lockstep.data;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Every {@code S}-th row of a split, starting with row {@code number}: row {@code j} of the shard
 * is row {@code j * S + number} of the split.
 *
 * @param number 0 to S - 1
 * @param features the inputs
 * @param labels the classes
 * @param weights of the rows in the loss; empty when each is 1
 */
public record Shard(int number, Features features, int[] labels, float[] weights)
    implements Serializable {
  public Shard {
    if (features.rows() != labels.length
        || (weights.length > 0 && weights.length != labels.length)) {
      throw new IllegalArgumentException(
          String.format(
              "%d rows of features but %d labels and %d weights",
              features.rows(), labels.length, weights.length));
    }
  }

  /** A shard whose rows all count the same. */
  public Shard(int number, Features features, int[] labels) {
    this(number, features, labels, new float[0]);
  }

  /** Adds everything that training reads of {@code row} to {@code digest}. */
  void digest(int row, MessageDigest digest) {
    features.digest(row, digest);
    digest.update(
        ByteBuffer.allocate(Integer.BYTES + Float.BYTES)
            .putInt(labels[row])
            .putFloat(weight(row))
            .flip());
  }

  /** How much {@code row} counts in the loss. */
  public float weight(int row) {
    return weights.length == 0 ? 1 : weights[row];
  }

  /** Bytes that the rows take. */
  long bytes() {
    return features.bytes()
        + (long) Integer.BYTES * labels.length
        + (long) Float.BYTES * weights.length;
  }

  /** Number of rows. */
  public int rows() {
    return labels.length;
  }
}

package io.lockstep.lanes;

/**
 * Turns rows of unsigned bytes into lanes of what they mean: {@code (byte / 255 - mean) / std},
 * each operation rounded to a float. Owned by one thread.
 */
public final class ByteRows {
  private static final int BYTES = 256;

  /** The largest byte, which means 1 before it is normalised. */
  static final float LARGEST = BYTES - 1;

  private final float mean;
  private final float std;
  private final float[] table = new float[BYTES];
  private final int[] words = new int[Kernels.WORDS];

  /** A turner of bytes that are normalised so. */
  public ByteRows(float mean, float std) {
    this.mean = mean;
    this.std = std;
    for (int value = 0; value < BYTES; value++) {
      table[value] = (value / LARGEST - mean) / std;
    }
  }

  /** What {@code value}, taken as unsigned, means. */
  public float meaning(byte value) {
    return table[value & 0xff];
  }

  /**
   * Turns {@code images} rows of {@code target.size()} bytes, from {@code rows[from]} on, into the
   * lanes of {@code target} from {@code first} on.
   */
  public void put(byte[] rows, int from, int images, Lanes target, int first) {
    KernelChoice.current()
        .putBytes(
            this, rows, from, target.size(), images, target.data(), first, target.width(), words);
  }

  float mean() {
    return mean;
  }

  float std() {
    return std;
  }

  /** The meaning of each byte, indexed by its unsigned value; shared, not copied. */
  float[] table() {
    return table;
  }
}

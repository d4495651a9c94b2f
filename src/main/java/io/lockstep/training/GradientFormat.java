package io.lockstep.training;

import io.lockstep.base.Checks;
import java.util.List;
import java.util.Locale;

/** What each sum of gradients is rounded to, before it is added to another or sent. */
public enum GradientFormat {
  /** Sums are what float32 makes of them. */
  FLOAT32(Float.BYTES),
  /**
   * The upper half of a float32: its range, and 8 bits of precision. Kalamkar et al., "A Study of
   * BFLOAT16 for Deep Learning Training" (arXiv:1905.12322v3), section 3.
   */
  BF16(Short.BYTES);

  private static final int LOWER_HALF = 0xFFFF;

  private final int bytes;

  GradientFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value in a message. */
  public int bytes() {
    return bytes;
  }

  /**
   * The nearest value of this format; of two as near, the one whose last bit is 0. Beyond the
   * largest one lies infinity, and what is no number stays none.
   */
  float round(float value) {
    if (this == FLOAT32) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return Float.NaN; // whose lower half is 0
    }
    int toEven = (bits >>> Short.SIZE) & 1;
    return Float.intBitsToFloat((bits + (LOWER_HALF >>> 1) + toEven) & ~LOWER_HALF);
  }

  /** Reads {@code float32} or {@code bf16}. */
  public static GradientFormat of(String name) {
    return Checks.choice(values(), name, "training.gradients must be one of " + List.of(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

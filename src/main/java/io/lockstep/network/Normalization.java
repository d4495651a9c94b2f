package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import io.lockstep.lanes.ByteRows;
import java.io.Serializable;
import java.util.Map;

/**
 * {@code (x - mean) / std}, where a byte {@code b} means {@code x = b / 255}; in float32, operation
 * by operation as PyTorch does it.
 *
 * @param mean finite
 * @param std finite and &gt; 0
 */
public record Normalization(double mean, double std) implements Serializable {
  /** Leaves values (and bytes / 255) as they are. */
  public static final Normalization NONE = new Normalization(0, 1);

  public Normalization {
    Checks.require(Double.isFinite(mean), "normalize.mean must be finite", mean);
    Checks.requirePositive("normalize.std", std);
  }

  /** Reads {@code normalize { mean = ..., std = ... }}; {@link #NONE} when nothing is set. */
  public static Normalization of(Settings settings) {
    Normalization result =
        new Normalization(
            settings.doubleValue("mean", NONE.mean), settings.doubleValue("std", NONE.std));
    settings.rejectUnknown();
    return result;
  }

  /** The settings that {@link #of} reads back to this. */
  public Map<String, Object> toMap() {
    return Map.of("mean", mean, "std", std);
  }

  /** The normalised {@code value}. */
  public float apply(float value) {
    return (value - (float) mean) / (float) std;
  }

  /** Turns bytes into the lanes of {@link #apply} of {@code byte / 255}. */
  public ByteRows ofBytes() {
    return new ByteRows((float) mean, (float) std);
  }
}

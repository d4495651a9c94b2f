package io.lockstep.data;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much an image is distorted each time it is learned from. Each number bounds what is drawn
 * uniformly within plus and minus it, anew for each epoch, shard and row.
 *
 * @param shift to either side, and up or down, in pixels; finite and &ge; 0
 * @param rotate in degrees; 0 to 180
 * @param scale as a fraction of the size; in [0, 1)
 * @param shear to the side, as a fraction of the height; finite and &ge; 0
 * @param elastic of each pixel for itself
 */
public record Augmentation(double shift, double rotate, double scale, double shear, Elastic elastic)
    implements Serializable {
  /** Nothing is distorted. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, 0, Elastic.NONE);

  private static final String ELASTIC = "elastic";

  /**
   * Displacements of single pixels: Simard, Steinkraus and Platt, "Best practices for convolutional
   * neural networks applied to visual document analysis" (ICDAR 2003), section 2. Each pixel draws
   * two numbers in [-1, 1); both fields are smoothed by a Gaussian and multiplied.
   *
   * @param sigma of the Gaussian, in pixels; &gt; 0 and at most 64
   * @param strength what the smoothed numbers are multiplied by, in pixels; finite and &ge; 0
   */
  public record Elastic(double sigma, double strength) implements Serializable {
    /** No displacement. */
    public static final Elastic NONE = new Elastic(4, 0);

    private static final double MOST_SIGMA = 64;

    public Elastic {
      Checks.require(
          sigma > 0 && sigma <= MOST_SIGMA,
          "data.augment.elastic.sigma must be > 0 and at most 64 pixels",
          sigma);
      Checks.requireNonNegative("data.augment.elastic.strength", strength);
    }

    private static Elastic of(Settings settings) {
      Elastic elastic =
          new Elastic(settings.doubleValue("sigma"), settings.doubleValue("strength"));
      settings.rejectUnknown();
      return elastic;
    }

    private Map<String, Object> toMap() {
      return Map.of("sigma", sigma, "strength", strength);
    }
  }

  public Augmentation {
    Checks.requireNonNegative("data.augment.shift", shift);
    Checks.require(
        rotate >= 0 && rotate <= 180, "data.augment.rotate must be 0 to 180 degrees", rotate);
    Checks.require(scale >= 0 && scale < 1, "data.augment.scale must be in [0, 1)", scale);
    Checks.requireNonNegative("data.augment.shear", shear);
  }

  /**
   * Reads {@code augment { shift = 2, rotate = 10, ... }}; what is not set is 0.
   *
   * @throws io.lockstep.base.InvalidInputException naming the setting, its rule and its value
   */
  public static Augmentation of(Settings settings) {
    Augmentation augmentation =
        new Augmentation(
            settings.doubleValue("shift", 0),
            settings.doubleValue("rotate", 0),
            settings.doubleValue("scale", 0),
            settings.doubleValue("shear", 0),
            settings.value(ELASTIC).isPresent()
                ? Elastic.of(settings.section(ELASTIC))
                : Elastic.NONE);
    settings.rejectUnknown();
    return augmentation;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigObject toConfig() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("shift", shift);
    map.put("rotate", rotate);
    map.put("scale", scale);
    map.put("shear", shear);
    map.put(ELASTIC, elastic.toMap());
    return ConfigValueFactory.fromMap(map);
  }

  /** Whether every image stays as it is. */
  public boolean isNone() {
    return shift == 0 && rotate == 0 && scale == 0 && shear == 0 && elastic.strength == 0;
  }
}

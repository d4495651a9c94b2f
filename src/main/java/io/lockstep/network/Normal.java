package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * N(0, sigma^2).
 *
 * @param sigma standard deviation; finite and &gt; 0
 */
public record Normal(double sigma) implements Initializer {
  static final String KIND = "normal";

  public Normal {
    Checks.requirePositive("normal sigma", sigma);
  }

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    return random.nextGaussian() * sigma;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(Map.of(KIND, Map.of("sigma", sigma)));
  }
}

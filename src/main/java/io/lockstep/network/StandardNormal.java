package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.SplittableRandom;

/** N(0, 1): PyTorch's {@code randn}. */
public record StandardNormal() implements Initializer {
  static final String KIND = "standardNormal";

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    return random.nextGaussian();
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromAnyRef(KIND);
  }
}

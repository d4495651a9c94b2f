package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.SplittableRandom;

/**
 * N(0, 2 / fan_in): He et al., "Delving Deep into Rectifiers" (arXiv:1502.01852), equation 10;
 * PyTorch's {@code kaiming_normal_}.
 */
public record KaimingNormal() implements Initializer {
  static final String KIND = "kaimingNormal";

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    return random.nextGaussian() * Math.sqrt(2.0 / parameter.fanIn());
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromAnyRef(KIND);
  }
}

package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.SplittableRandom;

/** U(-1/sqrt(fan_in), 1/sqrt(fan_in)): PyTorch's default for Linear and Conv2d, biases too. */
public record KaimingUniform() implements Initializer {
  static final String KIND = "kaimingUniform";

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    return (2 * random.nextDouble() - 1) / Math.sqrt(parameter.fanIn());
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromAnyRef(KIND);
  }
}

package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.SplittableRandom;

/**
 * U(-a, a), a = sqrt(6 / (fan_in + fan_out)): Glorot and Bengio, "Understanding the difficulty of
 * training deep feedforward neural networks" (AISTATS 2010), equation 16.
 */
public record XavierUniform() implements Initializer {
  static final String KIND = "xavierUniform";

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    double bound = Math.sqrt(6.0 / ((double) parameter.fanIn() + parameter.fanOut()));
    return (2 * random.nextDouble() - 1) * bound;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromAnyRef(KIND);
  }
}

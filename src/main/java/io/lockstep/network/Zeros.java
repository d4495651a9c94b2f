package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.SplittableRandom;

/** 0. */
public record Zeros() implements Initializer {
  static final String KIND = "zeros";

  @Override
  public double draw(Parameter parameter, SplittableRandom random) {
    return 0;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromAnyRef(KIND);
  }
}

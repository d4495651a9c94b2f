package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Settings;
import java.util.Map;

/** The same learning rate for every step: {@code constant}. */
public record ConstantSchedule() implements Schedule {
  static final String KIND = "constant";

  static ConstantSchedule of(Settings settings) {
    return new ConstantSchedule();
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    return initial;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(Map.of(KIND, Map.of()));
  }
}

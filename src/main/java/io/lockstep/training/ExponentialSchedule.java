package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * {@code r factor^e} in epoch {@code e}, from 0: PyTorch's {@code ExponentialLR}, stepped once an
 * epoch.
 *
 * @param factor of an epoch's decay; in (0, 1]
 */
public record ExponentialSchedule(double factor) implements Schedule {
  static final String KIND = "exponential";

  public ExponentialSchedule {
    Checks.require(factor > 0 && factor <= 1, "exponential factor must be in (0, 1]", factor);
  }

  static ExponentialSchedule of(Settings settings) {
    return new ExponentialSchedule(settings.doubleValue("factor"));
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    return initial * StrictMath.pow(factor, (double) step.epochsBefore());
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(Map.of(KIND, Map.of("factor", factor)));
  }
}

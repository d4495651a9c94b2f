package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * {@code r factor^floor(e / everyEpochs)} in epoch {@code e}, from 0: PyTorch's {@code StepLR},
 * stepped once an epoch.
 *
 * @param everyEpochs epochs between two decays; &ge; 1
 * @param factor of a decay; in (0, 1]
 */
public record StepSchedule(int everyEpochs, double factor) implements Schedule {
  static final String KIND = "step";

  public StepSchedule {
    Checks.requireAtLeastOne("step everyEpochs", everyEpochs);
    Checks.require(factor > 0 && factor <= 1, "step factor must be in (0, 1]", factor);
  }

  static StepSchedule of(Settings settings) {
    return new StepSchedule(settings.intValue("everyEpochs"), settings.doubleValue("factor"));
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    long decays = step.epochsBefore() / everyEpochs;
    return initial * StrictMath.pow(factor, (double) decays);
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(KIND, Map.of("everyEpochs", everyEpochs, "factor", factor)));
  }
}

package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.util.Locale;
import java.util.Map;

/**
 * Up from {@code r / startDivisor} to {@code r}, then down to {@code r / startDivisor / endDivisor}
 * in the last step, along half a cosine each: Smith and Topin, "Super-Convergence" (arXiv:
 * 1708.07120v3), as PyTorch's {@code OneCycleLR} defines it with {@code anneal_strategy="cos"},
 * {@code max_lr = r} and {@code cycle_momentum=False}, stepped once a step.
 *
 * @param warm fraction of the steps in which the rate rises; in (0, 1)
 * @param startDivisor of the peak, for the first rate; finite and &ge; 1
 * @param endDivisor of the first rate, for the last one; finite and &ge; 1
 */
public record OneCycleSchedule(double warm, double startDivisor, double endDivisor)
    implements Schedule {
  /** PyTorch's. */
  public static final OneCycleSchedule DEFAULTS = new OneCycleSchedule(0.3, 25, 1e4);

  static final String KIND = "oneCycle";

  public OneCycleSchedule {
    Checks.require(warm > 0 && warm < 1, "oneCycle warm must be in (0, 1)", warm);
    requireDivisor("oneCycle startDivisor", startDivisor);
    requireDivisor("oneCycle endDivisor", endDivisor);
  }

  private static void requireDivisor(String name, double divisor) {
    Checks.require(
        Double.isFinite(divisor) && divisor >= 1, name + " must be >= 1 and finite", divisor);
  }

  static OneCycleSchedule of(Settings settings) {
    return new OneCycleSchedule(
        settings.doubleValue("warm", DEFAULTS.warm),
        settings.doubleValue("startDivisor", DEFAULTS.startDivisor),
        settings.doubleValue("endDivisor", DEFAULTS.endDivisor));
  }

  @Override
  public void requireFits(String path, long steps) {
    if (!(warm * steps > 1)) { // PyTorch divides by zero, or begins on the way down
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s.%s.warm must be more than one step, but was %s of the %d steps there are. Raise"
                  + " warm, or train for more epochs or in smaller batches.",
              path,
              KIND,
              warm,
              steps));
    }
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    double first = initial / startDivisor;
    double peak = warm * step.steps() - 1;
    if (step.before() <= peak) {
      return CosineSchedule.between(first, initial, step.before() / peak);
    }
    double fraction = (step.before() - peak) / (step.steps() - 1 - peak);
    return CosineSchedule.between(initial, first / endDivisor, fraction);
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(KIND, Map.of("warm", warm, "startDivisor", startDivisor, "endDivisor", endDivisor)));
  }
}

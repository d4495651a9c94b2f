package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.util.Locale;
import java.util.Map;

/**
 * {@code r (s + 1) / steps} in step {@code s}, from 0, and after these steps another schedule over
 * the rest, as if that were a run of its own: PyTorch's {@code SequentialLR} of a {@code
 * LinearLR(start_factor=1/steps, total_iters=steps-1)} and the other.
 *
 * <p>Why: Goyal et al., "Accurate, Large Minibatch SGD" (arXiv:1706.02677v2), section 2.2.
 *
 * @param steps in which the rate rises; &ge; 1
 * @param then what follows
 */
public record WarmupSchedule(int steps, Schedule then) implements Schedule {
  static final String KIND = "warmup";

  private static final String THEN = "then";

  public WarmupSchedule {
    Checks.requireAtLeastOne("warmup steps", steps);
  }

  static WarmupSchedule of(Settings settings) {
    return new WarmupSchedule(
        settings.intValue("steps"),
        settings
            .value(THEN)
            .map(value -> Schedule.of(value, settings.name(THEN)))
            .orElseGet(ConstantSchedule::new));
  }

  @Override
  public void requireFits(String path, long runSteps) {
    String own = path + "." + KIND;
    if (steps > runSteps) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s.steps must be at most the %d steps there are, but was %d. Warm up for fewer, or"
                  + " train for more epochs or in smaller batches.",
              own,
              runSteps,
              steps));
    }
    if (steps < runSteps) {
      then.requireFits(own + "." + THEN, runSteps - steps);
    }
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    return step.number() <= steps
        ? initial * step.number() / steps
        : then.learningRate(initial, step.after(steps));
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(Map.of(KIND, Map.of("steps", steps, THEN, then.toConfig())));
  }
}

package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * {@code r (to + (1 - to) (1 + cos(pi s / T)) / 2)} in step {@code s}, from 0, of {@code T}:
 * Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts"
 * (arXiv:1608.03983v5), equation 5 without restarts; PyTorch's {@code CosineAnnealingLR} with
 * {@code T_max = T} and {@code eta_min = to * r}, stepped once a step.
 *
 * @param to the fraction of the first rate that the last one nears; in [0, 1]
 */
public record CosineSchedule(double to) implements Schedule {
  /** PyTorch's. */
  public static final CosineSchedule DEFAULTS = new CosineSchedule(0);

  static final String KIND = "cosine";

  public CosineSchedule {
    Checks.require(to >= 0 && to <= 1, "cosine to must be in [0, 1]", to);
  }

  static CosineSchedule of(Settings settings) {
    return new CosineSchedule(settings.doubleValue("to", DEFAULTS.to));
  }

  @Override
  public double learningRate(double initial, RunStep step) {
    double fraction = (double) step.before() / step.steps();
    return initial * between(1, to, fraction);
  }

  /** {@code from} at 0, {@code to} at 1, and half a period of a cosine between them. */
  static double between(double from, double to, double fraction) {
    return to + (from - to) * (1 + StrictMath.cos(Math.PI * fraction)) / 2;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(Map.of(KIND, Map.of("to", to)));
  }
}

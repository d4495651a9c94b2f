package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import java.util.Map;

/** What {@link Adam} and {@link AdamW} share: their settings, and all but where the decay acts. */
sealed interface AdamConfig extends OptimizerConfig permits Adam, AdamW {
  /** What the weight decay acts on. */
  enum Decay {
    IN_GRADIENT,
    OF_WEIGHTS
  }

  double beta1();

  double beta2();

  double epsilon();

  double weightDecay();

  Decay decay();

  /** The domains of both kinds' settings. */
  static void check(
      String kind,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {
    Checks.requirePositive(kind + " learningRate", learningRate);
    Checks.require(beta1 >= 0 && beta1 < 1, kind + " beta1 must be in [0, 1)", beta1);
    Checks.require(beta2 >= 0 && beta2 < 1, kind + " beta2 must be in [0, 1)", beta2);
    // Without it a weight whose gradient is always 0, such as a blank pixel's, becomes 0 / 0.
    Checks.require(
        Float.isFinite((float) epsilon) && (float) epsilon > 0,
        kind + " epsilon must be > 0 and finite in float32",
        epsilon);
    Checks.requireNonNegative(kind + " weightDecay", weightDecay);
  }

  @Override
  default ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            kind(),
            Map.of(
                "learningRate", learningRate(),
                "beta1", beta1(),
                "beta2", beta2(),
                "epsilon", epsilon(),
                "weightDecay", weightDecay())));
  }

  @Override
  default Optimizer newOptimizer(int parameterCount) {
    return new AdamOptimizer(this, parameterCount);
  }
}

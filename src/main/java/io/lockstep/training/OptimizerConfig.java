package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** Which optimizer, with its settings. */
public sealed interface OptimizerConfig extends Serializable {
  /** The kinds that a configuration may name. */
  List<String> KINDS = List.of("sgd");

  /** Step size before the schedule. */
  double learningRate();

  /** A fresh optimizer for {@code parameterCount} values. */
  Optimizer newOptimizer(int parameterCount);

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /**
   * Stochastic gradient descent.
   *
   * @param learningRate step size, applied to the mean gradient; finite and &gt; 0
   * @param momentum fraction of the previous update carried over; in [0, 1)
   * @param nesterov look ahead along the momentum; needs momentum &gt; 0
   * @param weightDecay added to the gradient, times the weight; finite and &ge; 0
   */
  record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay)
      implements OptimizerConfig {
    /** PyTorch's, but for the learning rate, which is the published networks'. */
    public static final Sgd DEFAULTS = new Sgd(0.01, 0, false, 0);

    public Sgd {
      Checks.requirePositive("sgd learningRate", learningRate);
      Checks.require(momentum >= 0 && momentum < 1, "sgd momentum must be in [0, 1)", momentum);
      Checks.require(
          !nesterov || momentum > 0, "sgd nesterov needs a momentum > 0: the momentum", momentum);
      Checks.requireNonNegative("sgd weightDecay", weightDecay);
    }

    @Override
    public Optimizer newOptimizer(int parameterCount) {
      return new SgdOptimizer(this, parameterCount);
    }

    @Override
    public ConfigValue toConfig() {
      return ConfigValueFactory.fromMap(
          Map.of(
              "sgd",
              Map.of(
                  "learningRate", learningRate,
                  "momentum", momentum,
                  "nesterov", nesterov,
                  "weightDecay", weightDecay)));
    }
  }

  /** Reads {@code sgd { learningRate = 0.01, momentum = 0.5 }}. */
  static OptimizerConfig of(ConfigValue value, String path) {
    Settings.Choice choice = Settings.choice(value, path);
    Settings settings = choice.settings();
    if (!choice.kind().equals("sgd")) {
      throw Settings.unknownKind(path, choice.kind(), KINDS);
    }
    OptimizerConfig result =
        new Sgd(
            settings.doubleValue("learningRate", Sgd.DEFAULTS.learningRate),
            settings.doubleValue("momentum", Sgd.DEFAULTS.momentum),
            settings.booleanValue("nesterov", Sgd.DEFAULTS.nesterov),
            settings.doubleValue("weightDecay", Sgd.DEFAULTS.weightDecay));
    settings.rejectUnknown();
    return result;
  }
}

package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * Adam with a decay of the weights that does not pass through the moments: Loshchilov and Hutter,
 * "Decoupled Weight Decay Regularization" (arXiv:1711.05101v3), algorithm 2, as PyTorch's {@code
 * torch.optim.AdamW} defines it; see {@link AdamOptimizer}.
 *
 * @param learningRate step size; finite and &gt; 0
 * @param beta1 fraction kept of the mean of the gradients; in [0, 1)
 * @param beta2 fraction kept of the mean of their squares; in [0, 1)
 * @param epsilon added to the root of that mean; finite and &gt; 0 in float32
 * @param weightDecay times the learning rate: the fraction of a weight that a step takes away;
 *     finite and &ge; 0
 */
public record AdamW(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements OptimizerConfig {
  /** PyTorch's. */
  public static final AdamW DEFAULTS = new AdamW(0.001, 0.9, 0.999, 1e-8, 0.01);

  static final String KIND = "adamw";

  public AdamW {
    AdamOptimizer.check(KIND, learningRate, beta1, beta2, epsilon, weightDecay);
  }

  static AdamW of(Settings settings) {
    return new AdamW(
        settings.doubleValue("learningRate", DEFAULTS.learningRate),
        settings.doubleValue("beta1", DEFAULTS.beta1),
        settings.doubleValue("beta2", DEFAULTS.beta2),
        settings.doubleValue("epsilon", DEFAULTS.epsilon),
        settings.doubleValue("weightDecay", DEFAULTS.weightDecay));
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            KIND,
            Map.of(
                "learningRate", learningRate,
                "beta1", beta1,
                "beta2", beta2,
                "epsilon", epsilon,
                "weightDecay", weightDecay)));
  }

  @Override
  public Optimizer newOptimizer(int parameterCount) {
    return new AdamOptimizer(
        beta1, beta2, epsilon, weightDecay, AdamOptimizer.Decay.OF_WEIGHTS, parameterCount);
  }
}

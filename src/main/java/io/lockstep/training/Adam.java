package io.lockstep.training;

import io.lockstep.base.Settings;

/**
 * Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (arXiv:1412.6980v9), algorithm
 * 1, as PyTorch's {@code torch.optim.Adam} defines it; see {@link AdamOptimizer}.
 *
 * @param learningRate step size; finite and &gt; 0
 * @param beta1 fraction kept of the mean of the gradients; in [0, 1)
 * @param beta2 fraction kept of the mean of their squares; in [0, 1)
 * @param epsilon added to the root of that mean; finite and &gt; 0 in float32
 * @param weightDecay added to the gradient, times the weight; finite and &ge; 0
 */
public record Adam(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements AdamConfig {
  /** PyTorch's. */
  public static final Adam DEFAULTS = new Adam(0.001, 0.9, 0.999, 1e-8, 0);

  static final String KIND = "adam";

  public Adam {
    AdamConfig.check(KIND, learningRate, beta1, beta2, epsilon, weightDecay);
  }

  static Adam of(Settings settings) {
    return new Adam(
        settings.doubleValue("learningRate", DEFAULTS.learningRate),
        settings.doubleValue("beta1", DEFAULTS.beta1),
        settings.doubleValue("beta2", DEFAULTS.beta2),
        settings.doubleValue("epsilon", DEFAULTS.epsilon),
        settings.doubleValue("weightDecay", DEFAULTS.weightDecay));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Decay decay() {
    return Decay.IN_GRADIENT;
  }
}

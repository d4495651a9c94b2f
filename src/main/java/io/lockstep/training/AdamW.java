package io.lockstep.training;

import io.lockstep.base.Settings;

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
    implements AdamConfig {
  /** PyTorch's. */
  public static final AdamW DEFAULTS = new AdamW(0.001, 0.9, 0.999, 1e-8, 0.01);

  static final String KIND = "adamw";

  public AdamW {
    AdamConfig.check(KIND, learningRate, beta1, beta2, epsilon, weightDecay);
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
  public String kind() {
    return KIND;
  }

  @Override
  public Decay decay() {
    return Decay.OF_WEIGHTS;
  }
}

package io.lockstep.training;

import java.util.List;

/**
 * PyTorch's {@code torch.optim.SGD} with dampening 0, in float32:
 *
 * <pre>
 * g = gradient + weightDecay * w
 * v = momentum * v + g          (v starts at 0)
 * w = w - learningRate * (nesterov ? g + momentum * v : v)
 * </pre>
 *
 * <p>Unlike Sutskever et al., "On the importance of initialization and momentum in deep learning"
 * (ICML 2013), the learning rate is outside the velocity, as PyTorch notes.
 */
final class SgdOptimizer implements Optimizer {
  private final float momentum;
  private final boolean nesterov;
  private final float weightDecay;
  private final float[] velocity;

  SgdOptimizer(OptimizerConfig.Sgd config, int parameterCount) {
    momentum = (float) config.momentum();
    nesterov = config.nesterov();
    weightDecay = (float) config.weightDecay();
    velocity = momentum > 0 ? new float[parameterCount] : new float[0];
  }

  @Override
  public void step(
      float[] weights, float[] gradientSum, double weight, double learningRate, int from, int to) {
    float divisor = (float) weight;
    float rate = (float) learningRate;
    if (weightDecay > 0) {
      for (int i = from; i < to; i++) {
        gradientSum[i] = gradientSum[i] / divisor + weightDecay * weights[i];
      }
      divisor = 1;
    }
    if (momentum == 0) {
      for (int i = from; i < to; i++) {
        weights[i] -= rate * (gradientSum[i] / divisor);
      }
    } else if (nesterov) {
      for (int i = from; i < to; i++) {
        float gradient = gradientSum[i] / divisor;
        velocity[i] = momentum * velocity[i] + gradient;
        weights[i] -= rate * (gradient + momentum * velocity[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        velocity[i] = momentum * velocity[i] + gradientSum[i] / divisor;
        weights[i] -= rate * velocity[i];
      }
    }
  }

  @Override
  public List<StateTensor> state() {
    return momentum > 0 ? List.of(new StateTensor("velocity", velocity)) : List.of();
  }
}

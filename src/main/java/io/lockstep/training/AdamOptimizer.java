package io.lockstep.training;

import java.util.List;

/**
 * The steps of {@link Adam} and {@link AdamW}, in float32; the factors that are the same for all
 * values of a step are computed in double. For step {@code t}, from 1:
 *
 * <pre>
 * g = gradient + weightDecay * w                  (Adam)
 * w = w * (1 - learningRate * weightDecay)        (AdamW)
 * m = m + (1 - beta1) * (g - m)                   (m starts at 0)
 * v = beta2 * v + (1 - beta2) * g * g             (v starts at 0)
 * w = w - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * <p>That is PyTorch's order of operations: epsilon is outside the root and added after the
 * correction of its bias.
 */
final class AdamOptimizer implements Optimizer {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final AdamConfig.Decay decay;
  private final float[] firstMoment;
  private final float[] secondMoment;

  AdamOptimizer(AdamConfig config, int parameterCount) {
    this.beta1 = config.beta1();
    this.beta2 = config.beta2();
    this.epsilon = config.epsilon();
    this.weightDecay = config.weightDecay();
    this.decay = config.decay();
    this.firstMoment = new float[parameterCount];
    this.secondMoment = new float[parameterCount];
  }

  @Override
  public void step(
      float[] weights,
      float[] gradientSum,
      double weight,
      double learningRate,
      RunStep step,
      int from,
      int to) {
    divide(weights, gradientSum, (float) weight, from, to);
    if (weightDecay > 0 && decay == AdamConfig.Decay.OF_WEIGHTS) {
      float kept = (float) (1 - learningRate * weightDecay);
      for (int i = from; i < to; i++) {
        weights[i] *= kept;
      }
    }
    float takenOfFirst = (float) (1 - beta1);
    float keptOfSecond = (float) beta2;
    float takenOfSecond = (float) (1 - beta2);
    float rate = (float) (learningRate / (1 - StrictMath.pow(beta1, (double) step.number())));
    float secondBias = (float) Math.sqrt(1 - StrictMath.pow(beta2, (double) step.number()));
    float floor = (float) epsilon;
    for (int i = from; i < to; i++) {
      float gradient = gradientSum[i];
      float first = firstMoment[i] + takenOfFirst * (gradient - firstMoment[i]);
      float second = keptOfSecond * secondMoment[i] + takenOfSecond * gradient * gradient;
      firstMoment[i] = first;
      secondMoment[i] = second;
      weights[i] -= rate * (first / ((float) Math.sqrt(second) / secondBias + floor));
    }
  }

  /** Makes the mean gradient of the sum, with the decay that goes in it. */
  private void divide(float[] weights, float[] gradientSum, float divisor, int from, int to) {
    if (weightDecay > 0 && decay == AdamConfig.Decay.IN_GRADIENT) {
      float factor = (float) weightDecay;
      for (int i = from; i < to; i++) {
        gradientSum[i] = gradientSum[i] / divisor + factor * weights[i];
      }
    } else {
      for (int i = from; i < to; i++) {
        gradientSum[i] /= divisor;
      }
    }
  }

  @Override
  public List<StateTensor> state() {
    return List.of(
        new StateTensor("firstMoment", firstMoment), new StateTensor("secondMoment", secondMoment));
  }
}

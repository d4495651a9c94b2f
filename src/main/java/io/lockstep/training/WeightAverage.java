package io.lockstep.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Another optimizer's steps, and an exponential average of the weights that they lead to, in
 * float32:
 *
 * <pre>
 * a = w                            after the first step, or round of local steps
 * a = a + (1 - decay) * (w - a)    after each later one
 * </pre>
 *
 * <p>PyTorch's {@code AveragedModel} with {@code get_ema_multi_avg_fn(decay)}, updated after each
 * step; Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992), with a
 * memory that fades.
 */
final class WeightAverage implements Optimizer {
  private final Optimizer optimizer;
  private final float taken;
  private final int every;
  private final float[] average;

  /**
   * An average over the steps of {@code optimizer}.
   *
   * @param decay fraction kept of the average in a step; in (0, 1)
   * @param every steps that {@code optimizer} takes as one
   */
  WeightAverage(Optimizer optimizer, double decay, int every, int parameterCount) {
    this.optimizer = optimizer;
    this.every = every;
    this.taken = (float) (1 - decay);
    this.average = new float[parameterCount];
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
    optimizer.step(weights, gradientSum, weight, learningRate, step, from, to);
    if (step.number() <= Math.min(every, step.stepsPerEpoch())) { // the first
      System.arraycopy(weights, from, average, from, to - from);
    } else {
      for (int i = from; i < to; i++) {
        average[i] += taken * (weights[i] - average[i]);
      }
    }
  }

  @Override
  public float[] kept(float[] weights) {
    return average;
  }

  @Override
  public List<StateTensor> state() {
    List<StateTensor> state = new ArrayList<>(optimizer.state());
    state.add(new StateTensor("average", average));
    return state;
  }
}

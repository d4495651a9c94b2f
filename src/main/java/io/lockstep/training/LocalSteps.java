package io.lockstep.training;

import io.lockstep.data.Shard;
import java.util.List;
import java.util.Optional;

/**
 * Steps of one shard on weights of its own, which are averaged when all shards have made as many:
 * local SGD (Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019). One exchange
 * serves {@code training.averageEvery} steps:
 *
 * <pre>
 * w_s = w;  then for each step of the round, on the shard's share of the minibatch:
 *     w_s = w_s - learningRate * (mean gradient of the share at w_s), clipped, with momentum
 * w = w + sum over s of n_s (w_s - w) / sum over s of n_s
 * </pre>
 *
 * <p>with {@code n_s} the weight of the examples that shard {@code s} saw. It is shards that step
 * alone and not workers, so the bits don't depend on who holds which. A shard remembers nothing
 * from round to round: momentum begins anew (Yu et al., "On the Linear Speedup Analysis of
 * Communication Efficient Momentum SGD", ICML 2019, section 2.2), and running statistics are
 * averaged with the weights.
 */
final class LocalSteps {
  private final RunPlan plan;
  private final TrainingConfig config;
  private final long allSteps;
  private final float[] weights;

  /** Those of a worker's thread, for one shard after the other. */
  LocalSteps(RunPlan plan) {
    this.plan = plan;
    this.config = plan.training().ofLocalSteps();
    this.allSteps = config.steps(plan.schedule().stepsPerEpoch());
    this.weights = new float[plan.network().parameterCount()];
  }

  /**
   * Makes the steps of the round that begins with {@code work}.
   *
   * @param order of the shard's rows in this epoch
   * @param sum becomes the examples' counts, and for a gradient their weight times the change of
   *     the weights: what {@link Average} takes
   */
  void run(GradientKernel kernel, Work work, Shard shard, int[] order, GradientSum sum) {
    float[] before = work.weights();
    System.arraycopy(before, 0, weights, 0, weights.length);
    WeightUpdate update = new WeightUpdate(config, plan.network(), weights, 0);
    GradientSum counts = new GradientSum(0);
    int end = work.step() + plan.stepsOfRound(work.step());
    for (int step = work.step(); step < end; step++) {
      kernel.take(
          weights,
          work.epoch(),
          shard,
          order,
          plan.schedule().range(step, shard.number()),
          sum,
          false);
      kernel.finish(weights);
      double loss = sum.lossSum();
      if (sum.weight() > 0) {
        Optional<Double> norm =
            update.step(ShardTree.rootOf(sum), runStep(work.epoch(), step), Slicing.WHOLE);
        // A gradient without a length makes no step; the loss tells the driver.
        loss = norm.filter(length -> !Double.isFinite(length)).orElse(loss);
      }
      counts.count(loss, sum.correct(), sum.examples(), sum.weight());
    }
    float weight = (float) counts.weight();
    float[] change = sum.gradient();
    for (int i = 0; i < change.length; i++) {
      change[i] = weight * (weights[i] - before[i]);
    }
    sum.set(counts.lossSum(), counts.correct(), counts.examples(), counts.weight());
  }

  private RunStep runStep(int epoch, int step) {
    int stepsPerEpoch = plan.schedule().stepsPerEpoch();
    return new RunStep((epoch - 1L) * stepsPerEpoch + step + 1, allSteps, stepsPerEpoch);
  }

  /** The driver's part: the mean change of the shards' weights. */
  static final class Average implements Optimizer {
    @Override
    public void step(
        float[] weights,
        float[] changeSum,
        double weight,
        double learningRate,
        RunStep step,
        int from,
        int to) {
      float divisor = (float) weight;
      for (int i = from; i < to; i++) {
        weights[i] += changeSum[i] / divisor;
      }
    }

    @Override
    public List<StateTensor> state() {
      return List.of();
    }
  }
}

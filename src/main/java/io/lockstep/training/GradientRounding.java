package io.lockstep.training;

/**
 * Rounds sums of gradients, each shard's and each node's of the {@link ShardTree}: whatever
 * somebody may have to send. So the bits don't depend on who holds which shards.
 *
 * <p>What running statistics observe travels with gradients and stays as it is: a mean that is long
 * beside its deviation would lose the deviation.
 */
final class GradientRounding {
  private final GradientFormat format;
  private final RunningStatistics statistics;

  /** Of sums that have the layout of {@code statistics}. */
  GradientRounding(GradientFormat format, RunningStatistics statistics) {
    this.format = format;
    this.statistics = statistics;
  }

  /** Of whole sums of {@code plan}'s run. */
  static GradientRounding of(RunPlan plan) {
    int parameters = plan.network().parameterCount();
    return new GradientRounding(
        plan.training().gradients(), new RunningStatistics(plan.network(), 0, parameters));
  }

  /** Rounds what of {@code [from, to)} are gradients. */
  void round(float[] sum, int from, int to) {
    if (format != GradientFormat.FLOAT32) {
      statistics.forLearned(from, to, (begin, end) -> roundAll(sum, begin, end));
    }
  }

  private void roundAll(float[] sum, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] = format.round(sum[i]);
    }
  }
}

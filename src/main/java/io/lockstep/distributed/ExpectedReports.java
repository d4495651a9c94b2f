package io.lockstep.distributed;

import io.lockstep.data.ShardGroup;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardRange;
import io.lockstep.training.ShardTree;
import io.lockstep.training.Work;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the workers of a stage report, as far as it is known beforehand: which sums, of what shape,
 * over how many examples.
 *
 * @param plan of the run
 * @param workers of the stage
 * @param gradientValues of each gradient, which may be a slice
 */
record ExpectedReports(RunPlan plan, int workers, int gradientValues) {

  /** Of workers that send whole gradients. */
  ExpectedReports(RunPlan plan, int workers) {
    this(plan, workers, plan.network().parameterCount());
  }

  /** What keeps {@code sums} from being worker {@code worker}'s answer to {@code work}, if any. */
  Optional<String> defect(int worker, Work work, List<RangeSum> sums) {
    List<ShardRange> nodes = nodes(worker);
    if (sums.size() != nodes.size()) {
      return Optional.of(String.format("%d sums, not %d", sums.size(), nodes.size()));
    }
    for (int i = 0; i < sums.size(); i++) {
      RangeSum sum = sums.get(i);
      if (sum.first() != nodes.get(i).first() || sum.count() != nodes.get(i).count()) {
        return Optional.of(
            String.format(
                "a sum over %d shards from %d on, not %d from %d on",
                sum.count(), sum.first(), nodes.get(i).count(), nodes.get(i).first()));
      }
      boolean fits =
          work.kind() == Work.Kind.GRADIENT
              ? sum.sum() instanceof GradientSum gradient && fits(gradient, examples(work, sum))
              : sum.sum() instanceof EvaluationSum counts && fits(counts);
      if (!fits) {
        return Optional.of(
            String.format(
                "what is no sum for %s over %d shards from %d on",
                work.kind(), sum.count(), sum.first()));
      }
    }
    return Optional.empty();
  }

  private List<ShardRange> nodes(int worker) {
    int shards = plan.schedule().shards();
    return ShardTree.nodes(
        ShardGroup.firstShard(worker, workers, shards),
        ShardGroup.firstShard(worker + 1, workers, shards));
  }

  private long examples(Work work, RangeSum node) {
    int last = work.step() + plan.stepsOfRound(work.step()) - 1;
    long examples = 0;
    for (int shard = node.first(); shard < node.first() + node.count(); shard++) {
      int from = plan.schedule().range(work.step(), shard).from();
      examples += plan.schedule().range(last, shard).to() - from;
    }
    return examples;
  }

  /** The loss and the gradient may be NaN: then the run has diverged, and says so. */
  private boolean fits(GradientSum sum, long examples) {
    return sum.gradient().length == gradientValues
        && sum.examples() == examples
        && sum.correct() >= 0
        && sum.correct() <= examples
        && sum.weight() >= 0
        && Double.isFinite(sum.weight());
  }

  private boolean fits(EvaluationSum sum) {
    return sum.classes() == plan.network().classes()
        && Arrays.stream(sum.confusion()).allMatch(count -> count >= 0);
  }

  /** Bytes of the longest message that a worker may have to send, see {@link WireFormat}. */
  long longestMessage() {
    int sums = IntStream.range(0, workers).map(worker -> nodes(worker).size()).max().orElseThrow();
    return WireFormat.longestRequest(sums, gradientValues, plan.network().classes());
  }
}

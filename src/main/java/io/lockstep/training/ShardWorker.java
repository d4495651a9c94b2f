package io.lockstep.training;

import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.lanes.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One worker's side of every round: runs the kernel on each shard it holds and adds the sums up its
 * part of the {@link ShardTree}. Used by one thread at a time.
 */
public final class ShardWorker {
  private final RunPlan plan;
  private final ShardGroup shards;
  private final GradientKernel kernel;
  private final GradientRounding rounding;
  private final Optional<LocalSteps> localSteps;
  private final List<ShardRange> nodes;
  private final GradientSum[] buffers;
  private final int[][] orders;
  private int ordersEpoch;

  public ShardWorker(RunPlan plan, ShardGroup shards) {
    this.plan = plan;
    this.shards = shards;
    boolean apart = plan.training().stepsLocally();
    this.kernel = new GradientKernel(plan, apart ? 1 : shards.count());
    this.rounding = GradientRounding.of(plan);
    this.localSteps = apart ? Optional.of(new LocalSteps(plan)) : Optional.empty();
    this.nodes = ShardTree.nodes(shards.first(), shards.first() + shards.count());
    this.buffers = new GradientSum[shards.count()];
    this.orders = new int[shards.count()][];
  }

  /** Makes this JVM ready to hold one soon: begins to compile its kernels. */
  public static void prepare() {
    KernelChoice.prepare();
  }

  /**
   * Does {@code work} on every shard held.
   *
   * @return the largest nodes of the tree that these shards fill; gradients stay valid until the
   *     next call
   */
  public List<RangeSum> run(Work work) {
    List<RangeSum> sums = new ArrayList<>();
    for (ShardRange node : nodes) {
      WorkSum sum =
          switch (work.kind()) {
            case GRADIENT -> gradient(work, node.first(), node.count());
            case VALIDATION -> evaluation(work, Split.VALIDATION, node.first(), node.count());
            case TEST -> evaluation(work, Split.TEST, node.first(), node.count());
            case STATE, STOP ->
                throw new IllegalStateException("there is no sum in " + work.kind());
          };
      sums.add(new RangeSum(node.first(), node.count(), sum));
    }
    return sums;
  }

  private GradientSum gradient(Work work, int first, int count) {
    if (localSteps.isPresent()) {
      for (int shard = first; shard < first + count; shard++) {
        Shard rows = shards.shard(Split.TRAIN, shard);
        int[] order = order(work.epoch(), shard);
        localSteps.get().run(kernel, work, rows, order, buffer(shard));
      }
    } else {
      takeAll(work, first, count);
    }
    return sumOfBuffers(work, first, count);
  }

  /**
   * Where the second shard of a pair has its share in one piece, its sum is added to the first's as
   * it is finished: a vector less to write and to read. Not where each sum is rounded first.
   */
  private void takeAll(Work work, int first, int count) {
    for (int shard = first; shard < first + count; shard++) {
      boolean toLeft = isAddedToLeft(work, shard, first);
      kernel.take(
          work.weights(),
          work.epoch(),
          shards.shard(Split.TRAIN, shard),
          order(work.epoch(), shard),
          plan.schedule().range(work.step(), shard),
          buffer(toLeft ? shard - 1 : shard),
          toLeft);
    }
    kernel.finish(work.weights());
  }

  private boolean isAddedToLeft(Work work, int shard, int first) {
    return localSteps.isEmpty()
        && plan.training().gradients() == GradientFormat.FLOAT32
        && (shard - first) % 2 == 1
        && kernel.inOnePiece(plan.schedule().range(work.step(), shard));
  }

  private GradientSum sumOfBuffers(Work work, int first, int count) {
    if (count == 1 || (count == 2 && isAddedToLeft(work, first + 1, first))) {
      return rounded(buffer(first));
    }
    GradientSum left = sumOfBuffers(work, first, count / 2);
    left.add(sumOfBuffers(work, first + count / 2, count / 2));
    return rounded(left);
  }

  private GradientSum rounded(GradientSum sum) {
    rounding.round(sum.gradient(), 0, sum.gradient().length);
    return sum;
  }

  private GradientSum buffer(int shard) {
    GradientSum buffer = buffers[shard - shards.first()];
    if (buffer == null) {
      buffer = new GradientSum(plan.network().parameterCount(), plan.training().gradients());
      buffers[shard - shards.first()] = buffer;
    }
    return buffer;
  }

  private EvaluationSum evaluation(Work work, Split split, int first, int count) {
    if (count > 1) {
      EvaluationSum left = evaluation(work, split, first, count / 2);
      left.add(evaluation(work, split, first + count / 2, count / 2));
      return left;
    }
    EvaluationSum sum = new EvaluationSum(plan.network().classes());
    kernel.evaluate(work.weights(), shards.shard(split, first), sum);
    return sum;
  }

  private int[] order(int epoch, int shard) {
    if (epoch != ordersEpoch) {
      for (int i = 0; i < orders.length; i++) {
        orders[i] = plan.schedule().order(epoch, shards.first() + i);
      }
      ordersEpoch = epoch;
    }
    return orders[shard - shards.first()];
  }
}

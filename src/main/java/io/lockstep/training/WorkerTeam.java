package io.lockstep.training;

import io.lockstep.data.ShardGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker with several cores: each has a part of its shards, all read the same weights and rows,
 * and what they compute is added up in the {@link ShardTree} before it leaves the worker. Used by
 * one thread at a time, which is one of the cores.
 */
public final class WorkerTeam implements AutoCloseable {
  private final List<ShardWorker> members = new ArrayList<>();
  private final List<ShardRange> nodes;
  private final GradientRounding rounding;
  private final List<List<RangeSum>> parts = new ArrayList<>();
  private final Cores cores;

  /**
   * A worker on {@code shards}.
   *
   * @param cores that it may use; more than shards are not used
   */
  public WorkerTeam(RunPlan plan, ShardGroup shards, int cores) {
    int size = Math.min(cores, shards.count());
    for (int member = 0; member < size; member++) {
      members.add(new ShardWorker(plan, shards.part(member, size)));
      parts.add(List.of());
    }
    this.rounding = GradientRounding.of(plan);
    this.nodes = ShardTree.nodes(shards.first(), shards.first() + shards.count());
    this.cores = new Cores(size);
  }

  /**
   * Does {@code work} on every shard held, see {@link ShardWorker#run}.
   *
   * @return the largest nodes of the tree that the shards fill; gradients stay valid until the next
   *     call
   */
  public List<RangeSum> run(Work work) {
    if (members.size() == 1) {
      return members.get(0).run(work);
    }
    cores.run(core -> parts.set(core, members.get(core).run(work)));
    List<RangeSum> all = parts.stream().flatMap(List::stream).toList();
    return nodes.stream()
        .map(node -> new RangeSum(node.first(), node.count(), sum(node, all)))
        .toList();
  }

  private WorkSum sum(ShardRange node, List<RangeSum> all) {
    return ShardTree.at(node, all, rounding, this::slice);
  }

  /** Each core takes a part of the slices. */
  private void slice(int length, Slicing.Part part) {
    int slices = Slicing.slices(length);
    cores.run(
        core -> {
          for (int slice = core; slice < slices; slice += cores.count()) {
            Slicing.runSlice(slice, length, part);
          }
        });
  }

  @Override
  public void close() {
    cores.close();
  }
}

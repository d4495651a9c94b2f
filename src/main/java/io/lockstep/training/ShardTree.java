package io.lockstep.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fixed binary tree in which shard sums are added: node {@code (first, count)} is the left half
 * plus the right half. The result depends on the sums alone, not on who computed which, or came
 * first.
 */
public final class ShardTree {
  private ShardTree() {}

  /**
   * The largest nodes that cover shards {@code [first, end)}: what a holder of these shards
   * reports. Their sums are left out.
   */
  public static List<RangeSum> nodes(int first, int end) {
    List<RangeSum> nodes = new ArrayList<>();
    int next = first;
    while (next < end) {
      int count = next == 0 ? Integer.highestOneBit(end) : Integer.lowestOneBit(next);
      while (next + count > end) {
        count /= 2;
      }
      nodes.add(new RangeSum(next, count, null));
      next += count;
    }
    return nodes;
  }

  /**
   * The sum at the root of {@code shards} leaves, from the nodes that {@code reports} holds. Adds
   * in place: the sums are used up.
   *
   * @throws IllegalStateException if a shard is missing
   */
  public static WorkSum root(int shards, Collection<RangeSum> reports) {
    Map<Integer, RangeSum> byFirst = new HashMap<>();
    for (RangeSum report : reports) {
      byFirst.put(report.first(), report);
    }
    return sum(0, shards, byFirst);
  }

  private static WorkSum sum(int first, int count, Map<Integer, RangeSum> byFirst) {
    RangeSum report = byFirst.get(first);
    if (report != null && report.count() == count) {
      return report.sum();
    }
    if (count == 1) {
      throw new IllegalStateException("no worker reported shard " + first);
    }
    int half = count / 2;
    WorkSum left = sum(first, half, byFirst);
    left.add(sum(first + half, half, byFirst));
    return left;
  }
}

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
   * reports.
   */
  public static List<ShardRange> nodes(int first, int end) {
    List<ShardRange> nodes = new ArrayList<>();
    int next = first;
    while (next < end) {
      int count = next == 0 ? Integer.highestOneBit(end) : Integer.lowestOneBit(next);
      while (next + count > end) {
        count /= 2;
      }
      nodes.add(new ShardRange(next, count));
      next += count;
    }
    return nodes;
  }

  /**
   * The sum at the root of {@code shards} leaves, from the nodes that {@code reports} holds. Adds
   * in place: the sums are used up. Where it adds gradients, it rounds none, see {@link
   * GradientRoot#add}.
   *
   * @throws IllegalStateException if a shard is missing
   */
  public static WorkSum root(int shards, Collection<RangeSum> reports) {
    List<Addition> additions = new ArrayList<>();
    WorkSum root = plan(0, shards, byFirst(reports), additions);
    for (Addition addition : additions) {
      addition.left.add(addition.right);
    }
    return root;
  }

  /**
   * The sum at {@code node}, from the nodes below it that {@code parts} holds, or itself; added up
   * by {@code slicing}. Adds in place: the sums are used up.
   *
   * @throws IllegalStateException if a shard is missing
   */
  static WorkSum at(
      ShardRange node, Collection<RangeSum> parts, GradientRounding rounding, Slicing slicing) {
    List<Addition> additions = new ArrayList<>();
    WorkSum sum = plan(node.first(), node.count(), byFirst(parts), additions);
    if (sum instanceof GradientSum gradient) {
      GradientRoot root = gradientRoot(gradient, additions);
      slicing.run(gradient.gradient().length, (from, to) -> root.add(from, to, rounding));
    } else {
      additions.forEach(addition -> addition.left.add(addition.right));
    }
    return sum;
  }

  /**
   * The same sum of gradients, with all but the gradients added: those are by {@link
   * GradientRoot#add}, slice by slice.
   *
   * @throws IllegalStateException if a shard is missing
   */
  public static GradientRoot gradientRoot(int shards, Collection<RangeSum> reports) {
    List<Addition> additions = new ArrayList<>();
    GradientSum root = (GradientSum) plan(0, shards, byFirst(reports), additions);
    return gradientRoot(root, additions);
  }

  private static GradientRoot gradientRoot(GradientSum root, List<Addition> additions) {
    for (Addition addition : additions) {
      GradientSum left = (GradientSum) addition.left;
      GradientSum right = (GradientSum) addition.right;
      left.count(right.lossSum(), right.correct(), right.examples(), right.weight());
    }
    return new GradientRoot(root, additions);
  }

  /** What is added up already. */
  static GradientRoot rootOf(GradientSum total) {
    return new GradientRoot(total, List.of());
  }

  /** Adds {@code right} to {@code left}, which then is their parent. */
  private record Addition(WorkSum left, WorkSum right) {}

  /** A sum of gradients to be. */
  public static final class GradientRoot {
    private final GradientSum total;
    private final List<Addition> additions;

    private GradientRoot(GradientSum total, List<Addition> additions) {
      this.total = total;
      this.additions = additions;
    }

    /** The sum; its gradient holds what {@link #add} has added. */
    GradientSum total() {
      return total;
    }

    /** Adds up the values {@code [from, to)} of the gradient, and rounds; once for each. */
    void add(int from, int to, GradientRounding rounding) {
      for (Addition addition : additions) {
        float[] left = ((GradientSum) addition.left).gradient();
        float[] right = ((GradientSum) addition.right).gradient();
        for (int i = from; i < to; i++) {
          left[i] += right[i];
        }
        rounding.round(left, from, to);
      }
    }
  }

  private static Map<Integer, RangeSum> byFirst(Collection<RangeSum> reports) {
    Map<Integer, RangeSum> byFirst = new HashMap<>();
    for (RangeSum report : reports) {
      byFirst.put(report.first(), report);
    }
    return byFirst;
  }

  /** The sum that holds a node after {@code additions}, to which the node's are appended. */
  private static WorkSum plan(
      int first, int count, Map<Integer, RangeSum> byFirst, List<Addition> additions) {
    RangeSum report = byFirst.get(first);
    if (report != null && report.count() == count) {
      return report.sum();
    }
    if (count == 1) {
      throw new IllegalStateException("no worker reported shard " + first);
    }
    int half = count / 2;
    WorkSum left = plan(first, half, byFirst, additions);
    WorkSum right = plan(first + half, half, byFirst, additions);
    additions.add(new Addition(left, right));
    return left;
  }
}

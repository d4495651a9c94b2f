package io.lockstep.training;

import java.io.Serializable;

/** The mergeable result of a part of a round's work: sums, never means. */
public sealed interface WorkSum extends Serializable permits GradientSum, EvaluationSum {
  /**
   * Adds {@code other}, of the same kind and size, to this.
   *
   * <p>Floating-point addition is not associative: who calls this decides on the order, see {@link
   * ShardTree}.
   */
  void add(WorkSum other);
}

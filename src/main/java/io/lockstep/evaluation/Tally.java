package io.lockstep.evaluation;

import io.lockstep.training.EvaluationSum;
import java.io.Serializable;

/** Predictions counted against labels, with an exact sum of their losses: in any order the same. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int classes;
  private final long[] confusion;
  private final ExactSum losses = new ExactSum();

  Tally(int classes) {
    this.classes = classes;
    this.confusion = new long[Math.multiplyExact(classes, classes)];
  }

  /** Counts one example; this. */
  Tally count(int label, int prediction, double loss) {
    confusion[label * classes + prediction]++;
    losses.add(loss);
    return this;
  }

  /** Adds what {@code other} has counted; this. */
  Tally add(Tally other) {
    for (int i = 0; i < confusion.length; i++) {
      confusion[i] += other.confusion[i];
    }
    losses.add(other.losses);
    return this;
  }

  /** Everything counted, with the sum of the losses rounded once. */
  EvaluationSum sum() {
    return new EvaluationSum(classes, confusion, losses.value());
  }
}

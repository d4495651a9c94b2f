package io.lockstep.training;

import java.util.Optional;

/**
 * The outcome of a run.
 *
 * @param weights the trained parameter vector: that after {@code epoch}
 * @param epoch whose weights are kept, 1-based
 * @param steps SGD steps made
 * @param trainingNanos wall-clock time of the steps alone, without evaluation
 * @param test of {@code weights} over the test rows
 * @param best of the run's epochs, if they were validated
 * @param ending why the run made no further epoch
 */
public record TrainingResult(
    float[] weights,
    int epoch,
    long steps,
    long trainingNanos,
    EvaluationSum test,
    Optional<BestEpoch> best,
    Ending ending) {

  /** Which epoch the weights are of. */
  public KeptEpoch kept() {
    return new KeptEpoch(epoch, best);
  }

  /** Why a run makes no further epoch. */
  public enum Ending {
    /** It made all its steps. */
    COMPLETE,
    /** Its patience ran out. */
    STOPPED_EARLY
  }
}

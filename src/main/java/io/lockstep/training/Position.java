package io.lockstep.training;

import io.lockstep.base.Checks;
import java.util.Optional;

/**
 * Where a run stands between two steps, and what its current epoch has added up so far.
 *
 * @param step steps made; &ge; 0
 * @param epoch the current one, 1-based; it ends with its evaluation, not with its last step
 * @param stepOfEpoch steps made in it; &ge; 0
 * @param lossSum in nats, times the example's weight, over the epoch's examples so far
 * @param correct of these examples
 * @param examples of the epoch so far
 * @param weight sum of these examples' weights; finite, &ge; 0
 * @param epochNanos wall-clock time of the epoch's steps so far
 * @param trainingNanos wall-clock time of all steps so far
 * @param best of the epochs that were judged, if any was
 */
public record Position(
    long step,
    int epoch,
    int stepOfEpoch,
    double lossSum,
    long correct,
    long examples,
    double weight,
    long epochNanos,
    long trainingNanos,
    Optional<BestEpoch> best) {

  /** Before the first step. */
  public static final Position START = new Position(0, 1, 0, 0, 0, 0, 0, 0, 0);

  public Position {
    Checks.require(epoch >= 1, "epoch must be >= 1", epoch);
    Checks.require(
        stepOfEpoch >= 0 && stepOfEpoch <= step, "stepOfEpoch must be in [0, step]", stepOfEpoch);
    Checks.require(Double.isFinite(lossSum), "lossSum must be finite", lossSum);
    Checks.require(
        stepOfEpoch == 0 ? examples == 0 : examples > 0,
        "examples must be those of " + stepOfEpoch + " steps",
        examples);
    Checks.require(
        correct >= 0 && correct <= examples, "correct must be in [0, examples]", correct);
    Checks.requireNonNegative("weight", weight);
    Checks.require(
        epochNanos >= 0 && epochNanos <= trainingNanos,
        "epochNanos must be in [0, trainingNanos]",
        epochNanos);
    best.ifPresent(
        judged ->
            Checks.require(
                judged.epoch() < epoch, "best.epoch must be in [1, epoch)", judged.epoch()));
  }

  /** Before any epoch was judged. */
  public Position(
      long step,
      int epoch,
      int stepOfEpoch,
      double lossSum,
      long correct,
      long examples,
      double weight,
      long epochNanos,
      long trainingNanos) {
    this(
        step,
        epoch,
        stepOfEpoch,
        lossSum,
        correct,
        examples,
        weight,
        epochNanos,
        trainingNanos,
        Optional.empty());
  }

  Position afterSteps(int steps, GradientSum total, long elapsedNanos) {
    return new Position(
        step + steps,
        epoch,
        stepOfEpoch + steps,
        lossSum + total.lossSum(),
        correct + total.correct(),
        examples + total.examples(),
        weight + total.weight(),
        epochNanos + elapsedNanos,
        trainingNanos + elapsedNanos,
        best);
  }

  Position nextEpoch(Optional<BestEpoch> newBest) {
    return new Position(step, epoch + 1, 0, 0, 0, 0, 0, 0, trainingNanos, newBest);
  }
}

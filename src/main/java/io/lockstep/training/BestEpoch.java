package io.lockstep.training;

import io.lockstep.base.Checks;

/**
 * The best epoch so far: of the highest validation accuracy, among these of the lowest validation
 * loss, among these the earliest.
 *
 * @param epoch 1-based
 * @param accuracy on the validation rows after it
 * @param meanLoss likewise, in nats
 * @param risenIn the epoch after which the accuracy was first this high: a lower loss alone makes a
 *     better epoch, but wins no patience
 */
public record BestEpoch(int epoch, double accuracy, double meanLoss, int risenIn) {
  public BestEpoch {
    Checks.require(risenIn >= 1 && risenIn <= epoch, "risenIn must be in [1, epoch]", risenIn);
    Checks.require(accuracy >= 0 && accuracy <= 1, "accuracy must be in [0, 1]", accuracy);
    Checks.requireNonNegative("meanLoss", meanLoss);
  }

  /** {@code validation} after {@code epoch} as the best there is. */
  static BestEpoch first(int epoch, RunHistory.Score validation) {
    return new BestEpoch(epoch, validation.accuracy(), validation.loss(), epoch);
  }

  /** The better of this and the later {@code epoch}. */
  BestEpoch orBetter(int later, RunHistory.Score validation) {
    if (validation.accuracy() > accuracy) {
      return first(later, validation);
    }
    boolean tie = validation.accuracy() == accuracy;
    return tie && validation.loss() < meanLoss
        ? new BestEpoch(later, accuracy, validation.loss(), risenIn)
        : this;
  }

  /** Whether {@code now} is {@code patience} epochs later than the accuracy rose. */
  boolean exhausts(int patience, int now) {
    return now - risenIn >= patience;
  }
}

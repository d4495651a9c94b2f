package io.lockstep.training;

import java.util.Locale;
import java.util.Optional;

/**
 * The epoch whose weights a run ended with.
 *
 * @param epoch 1-based
 * @param best of the run's epochs, if they were validated
 */
public record KeptEpoch(int epoch, Optional<BestEpoch> best) {

  /** Which weights they are, for a person: "those after epoch 3, ...". */
  @Override
  public String toString() {
    String kept = "those after epoch " + epoch;
    return best.map(
            found ->
                kept
                    + (found.epoch() == epoch
                        ? ", the best by validation: "
                        : ", the last; the best by validation was epoch " + found.epoch() + ": ")
                    + String.format(
                        Locale.ROOT,
                        "accuracy %.4f, loss %.4f",
                        found.accuracy(),
                        found.meanLoss()))
        .orElse(kept + ", the last");
  }
}

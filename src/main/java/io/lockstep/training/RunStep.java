package io.lockstep.training;

import io.lockstep.base.Checks;

/**
 * A step and the run it is one of.
 *
 * @param number of the step, 1-based over the whole run
 * @param steps of all epochs; a run that {@code maxSteps} ends early makes the first of them
 * @param stepsPerEpoch steps of one epoch; &ge; 1
 */
public record RunStep(long number, long steps, int stepsPerEpoch) {
  public RunStep {
    Checks.require(number >= 1 && number <= steps, "number must be in [1, " + steps + "]", number);
    Checks.requireAtLeastOne("stepsPerEpoch", stepsPerEpoch);
  }

  /** Steps made before this one. */
  public long before() {
    return number - 1;
  }

  /** Whole epochs made before this step. */
  public long epochsBefore() {
    return before() / stepsPerEpoch;
  }

  /** This step in the run that begins {@code skipped} steps later, and ends with this one. */
  public RunStep after(long skipped) {
    return new RunStep(number - skipped, steps - skipped, stepsPerEpoch);
  }
}

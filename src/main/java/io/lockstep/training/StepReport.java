package io.lockstep.training;

/**
 * What one SGD step achieved and cost; where {@link LocalSteps} are made, all steps of a round.
 *
 * @param epoch 1-based
 * @param step 1-based, counted over the whole run; the round's last
 * @param meanLoss loss per example before the update, in nats
 * @param correct examples whose largest logit was their label's
 * @param examples in the step
 * @param learningRate of this step
 * @param elapsedNanos wall-clock time on the driver, from handing out the weights to the update; of
 *     steps that were reported together, their mean
 * @param kernelNanos the part of it that the slowest worker spent computing
 */
public record StepReport(
    int epoch,
    long step,
    double meanLoss,
    long correct,
    long examples,
    double learningRate,
    long elapsedNanos,
    long kernelNanos) {

  /** Time that was not computing: exchange, summation and the optimizer. */
  public long overheadNanos() {
    return elapsedNanos - kernelNanos;
  }
}

package io.lockstep.training;

import java.util.Optional;

/**
 * What one epoch achieved and cost.
 *
 * @param epoch 1-based
 * @param steps of the whole run so far
 * @param trainLoss loss per example in nats, each taken before its step's update
 * @param trainAccuracy fraction correct, likewise
 * @param validation over the validation rows, if there are any, after the epoch
 * @param test over the test rows, after the epoch, if it is tested
 * @param best of the epochs so far, this one included, if they are validated
 * @param trainingNanos wall-clock time of the steps alone, without evaluation
 */
public record EpochReport(
    int epoch,
    long steps,
    double trainLoss,
    double trainAccuracy,
    Optional<EvaluationSum> validation,
    Optional<EvaluationSum> test,
    Optional<BestEpoch> best,
    long trainingNanos) {}

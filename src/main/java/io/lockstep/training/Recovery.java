package io.lockstep.training;

/**
 * A worker was lost and the run went on without losing a step.
 *
 * @param number 1-based, counted over the whole run
 * @param epoch in which the worker was lost, 1-based
 * @param steps made before the loss; all of them count
 * @param lost who was lost, and what became of it
 * @param workersBefore the loss
 * @param workersAfter the loss
 * @param lostNanos wall-clock time from the last round completed before the loss to the first one
 *     after it; to the next loss, if there was one before any round
 */
public record Recovery(
    int number,
    int epoch,
    long steps,
    String lost,
    int workersBefore,
    int workersAfter,
    long lostNanos) {}

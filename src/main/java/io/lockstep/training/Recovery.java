package io.lockstep.training;

/**
 * A worker was lost and the run went on, to the bits of a run without the loss.
 *
 * @param number 1-based, counted over the whole run
 * @param epoch in which the worker was lost, 1-based
 * @param steps that the run went on after: those made before the loss, or before the last state
 *     that was gathered where the lost worker held a part of it
 * @param lost who was lost, and what became of it
 * @param workersBefore the loss
 * @param workersAfter the loss
 * @param lostNanos wall-clock time from the last round completed before the loss to the first one
 *     after it; to the next loss, if there was one before any round. With it, what the steps took
 *     that are made again
 */
public record Recovery(
    int number,
    int epoch,
    long steps,
    String lost,
    int workersBefore,
    int workersAfter,
    long lostNanos) {}

package io.lockstep.training;

/**
 * The outcome of a run.
 *
 * @param weights the trained parameter vector
 * @param steps SGD steps made
 * @param trainingNanos wall-clock time of the steps alone, without evaluation
 * @param test over the test rows, at the end
 */
public record TrainingResult(float[] weights, long steps, long trainingNanos, EvaluationSum test) {}

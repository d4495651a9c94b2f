package io.lockstep.report;

import io.lockstep.training.RunHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A stretch of steps as one point of a curve. What is not known is NaN.
 *
 * @param step the last of them
 * @param seconds of all steps so far
 * @param loss per example before the update, in nats
 * @param accuracy fraction correct before the update
 * @param learningRate of the last one
 * @param secondsPerStep mean
 * @param overheadSeconds mean of the part that was not computing
 */
record StepMean(
    long step,
    double seconds,
    double loss,
    double accuracy,
    double learningRate,
    double secondsPerStep,
    double overheadSeconds,
    double examplesPerSecond) {
  private static final int WHOLE = 50;
  private static final int STRETCHES = 1000;

  /** How many of {@code steps} steps a point is the mean of, after the first ones. */
  static int stretch(int steps) {
    return Math.max(1, -Math.floorDiv(WHOLE - steps, STRETCHES));
  }

  /** A run thinned to what a screen shows: the first steps each, the others in equal stretches. */
  static List<StepMean> of(List<RunHistory.Step> steps) {
    List<StepMean> means = new ArrayList<>();
    int stretch = stretch(steps.size());
    double secondsSoFar = 0;
    long stepsSoFar = 0;
    int from = 0;
    while (from < steps.size()) {
      int to = Math.min(steps.size(), from + (from < WHOLE ? 1 : stretch));
      StepMean mean = of(steps.subList(from, to), stepsSoFar, secondsSoFar);
      means.add(mean);
      secondsSoFar = mean.seconds;
      stepsSoFar = mean.step;
      from = to;
    }
    return means;
  }

  private static StepMean of(List<RunHistory.Step> steps, long stepBefore, double secondsBefore) {
    RunHistory.Step last = steps.get(steps.size() - 1);
    long made = last.step() - stepBefore; // more than entries, where a round is one
    double seconds = steps.stream().mapToDouble(RunHistory.Step::seconds).sum();
    long examples = steps.stream().mapToLong(RunHistory.Step::examples).sum();
    return new StepMean(
        last.step(),
        secondsBefore + seconds,
        weighted(steps, examples, step -> OptionalDouble.of(step.loss())),
        weighted(steps, examples, RunHistory.Step::accuracy),
        last.learningRate(),
        seconds / made,
        steps.stream().mapToDouble(step -> step.overheadSeconds().orElse(Double.NaN)).sum() / made,
        examples / seconds);
  }

  /** A value of a step that may be unknown. */
  @FunctionalInterface
  private interface Value {
    OptionalDouble of(RunHistory.Step step);
  }

  private static double weighted(List<RunHistory.Step> steps, long examples, Value value) {
    return steps.stream()
        .mapToDouble(step -> value.of(step).orElse(Double.NaN) * step.examples() / examples)
        .sum();
  }
}

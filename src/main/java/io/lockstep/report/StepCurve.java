package io.lockstep.report;

import io.lockstep.training.RunHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The steps of a run, thinned to what a screen shows: the first ones each, the others as means of
 * equal stretches.
 */
final class StepCurve {
  private static final int WHOLE = 50;
  private static final int STRETCHES = 1000;

  private final Map<String, List<Object>> columns = new LinkedHashMap<>();
  private double secondsSoFar;

  private StepCurve() {}

  /** How many of {@code steps} steps a point is the mean of, after the first ones. */
  static int stretch(int steps) {
    return Math.max(1, -Math.floorDiv(WHOLE - steps, STRETCHES));
  }

  /** Columns of equal length; those that are not known hold nulls. */
  static Map<String, List<Object>> of(List<RunHistory.Step> steps) {
    StepCurve curve = new StepCurve();
    int stretch = stretch(steps.size());
    int from = 0;
    while (from < steps.size()) {
      int to = Math.min(steps.size(), from + (from < WHOLE ? 1 : stretch));
      curve.add(steps.subList(from, to));
      from = to;
    }
    return curve.columns;
  }

  private void add(List<RunHistory.Step> mean) {
    RunHistory.Step last = mean.get(mean.size() - 1);
    double seconds = mean.stream().mapToDouble(RunHistory.Step::seconds).sum();
    long examples = mean.stream().mapToLong(RunHistory.Step::examples).sum();
    secondsSoFar += seconds;
    put("step", last.step());
    put("seconds", Json.number(secondsSoFar));
    put("loss", Json.number(weighted(mean, examples, step -> OptionalDouble.of(step.loss()))));
    put("accuracy", Json.number(weighted(mean, examples, RunHistory.Step::accuracy)));
    put("learningRate", Json.number(last.learningRate()));
    put("milliseconds", Json.number(1000 * seconds / mean.size()));
    put("overhead", Json.number(1000 * mean(mean)));
    put("examplesPerSecond", Json.number(examples / seconds));
  }

  private void put(String column, Object value) {
    columns.computeIfAbsent(column, name -> new ArrayList<>()).add(value);
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

  private static double mean(List<RunHistory.Step> steps) {
    return steps.stream()
        .mapToDouble(step -> step.overheadSeconds().orElse(Double.NaN))
        .average()
        .orElse(Double.NaN);
  }
}

package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.ReportPace;
import io.lockstep.training.Slicing;
import io.lockstep.training.StatePart;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workers make the steps, and only counts come in, of one step or several; now and then their
 * state, a slice from each: {@link Topology#SLICES} and {@link Topology#PEERS}.
 *
 * @param reports without gradients
 * @param parameters of the network
 * @param vectors of the state, see {@link io.lockstep.training.WeightUpdate#vectors}
 */
record CountedRounds(ExpectedReports reports, int parameters, int vectors) implements Rounds {
  private static final float[] NO_WEIGHTS = {};

  @Override
  public long longestMessage() {
    int longest = slice(reports.workers() - 1).length(); // never less than another's
    return ReportPace.MOST * reports.longestMessage() + WireFormat.vectorBytes(vectors, longest);
  }

  private Slice slice(int worker) {
    return Slice.of(worker, reports.workers(), parameters);
  }

  @Override
  public Optional<String> defect(Work work, WireFormat.Request report) {
    List<RangeSum> sums = report.sums();
    List<float[]> state = report.vectors();
    boolean asked = work.kind() == Work.Kind.STATE;
    int values = asked ? slice(report.worker()).length() : 0;
    if (state.size() != (asked ? vectors : 0)
        || state.stream().anyMatch(vector -> vector.length != values)) {
      return Optional.of(
          String.format(
              "%d vectors for %s, not %d of %d values",
              state.size(), work.kind(), asked ? vectors : 0, values));
    }
    if (asked) {
      return sums.isEmpty() ? Optional.empty() : Optional.of("sums where none was asked for");
    }
    return work.kind() == Work.Kind.GRADIENT
        ? defectOfSteps(work, report)
        : reports.defect(report.worker(), work, sums);
  }

  /** Only a gradient that is not finite ends a report before all its steps. */
  private Optional<String> defectOfSteps(Work work, WireFormat.Request report) {
    List<List<RangeSum>> steps = bySteps(report.sums());
    int reported = steps.size();
    if (reported > work.repeats()
        || (reported < work.repeats() && (reported == 0 || Double.isFinite(report.squares())))) {
      return Optional.of(String.format("%d steps, not %d", reported, work.repeats()));
    }
    for (int i = 0; i < reported; i++) {
      Optional<String> defect = reports.defect(report.worker(), work.at(i), steps.get(i));
      if (defect.isPresent()) {
        return defect;
      }
    }
    return Optional.empty();
  }

  /** Each worker's sums of the first step, of the second, and so on, as each sent them in order. */
  private static List<List<RangeSum>> bySteps(List<RangeSum> sums) {
    List<List<RangeSum>> steps = new ArrayList<>();
    Map<Integer, Integer> seen = new HashMap<>();
    for (RangeSum sum : sums) {
      int step = seen.merge(sum.first(), 1, Integer::sum) - 1;
      if (step == steps.size()) {
        steps.add(new ArrayList<>());
      }
      steps.get(step).add(sum);
    }
    return steps;
  }

  @Override
  public void complete(
      TrainingSession session,
      List<RangeSum> sums,
      Map<Integer, List<float[]>> state,
      double squares,
      long kernelNanos,
      Slicing slicing) {
    switch (session.work().kind()) {
      case GRADIENT -> session.completeElsewhere(bySteps(sums), squares, kernelNanos);
      case STATE -> {
        List<StatePart> parts = new ArrayList<>();
        state.forEach((worker, own) -> parts.add(new StatePart(slice(worker).from(), own)));
        session.completeState(parts);
      }
      case VALIDATION, TEST, STOP -> session.complete(sums, kernelNanos, slicing);
    }
  }

  /** The workers have the weights of a step; those of an evaluation may be others. */
  @Override
  public Work handed(Work work) {
    boolean have = work.kind() == Work.Kind.GRADIENT || work.kind() == Work.Kind.STATE;
    return have ? work.with(NO_WEIGHTS) : work;
  }
}

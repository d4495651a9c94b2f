package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Slicing;
import io.lockstep.training.StatePart;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workers make the steps, slice by slice, and only counts come in; now and then their state:
 * {@link Topology#SLICES}.
 *
 * @param reports without gradients
 * @param parameters of the network
 * @param vectors of the state, see {@link io.lockstep.training.WeightUpdate#vectors}
 */
record SliceRounds(ExpectedReports reports, int parameters, int vectors) implements Rounds {
  private static final float[] NO_WEIGHTS = {};

  @Override
  public long longestMessage() {
    int longest = slice(reports.workers() - 1).length(); // never less than another's
    return reports.longestMessage() + WireFormat.vectorBytes(vectors, longest);
  }

  private Slice slice(int worker) {
    return Slice.of(worker, reports.workers(), parameters);
  }

  @Override
  public Optional<String> defect(int worker, Work work, List<RangeSum> sums, List<float[]> state) {
    boolean asked = work.kind() == Work.Kind.STATE;
    int values = asked ? slice(worker).length() : 0;
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
    return reports.defect(worker, work, sums);
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
      case GRADIENT -> session.completeElsewhere(sums, squares, kernelNanos);
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
    return have ? new Work(work.round(), work.kind(), work.epoch(), work.step(), NO_WEIGHTS) : work;
  }
}

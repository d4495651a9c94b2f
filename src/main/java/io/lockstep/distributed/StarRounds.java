package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Slicing;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whole gradients come in, and whole weights go out: {@link Topology#DRIVER}. */
record StarRounds(ExpectedReports reports) implements Rounds {
  @Override
  public long longestMessage() {
    return reports.longestMessage();
  }

  @Override
  public Optional<String> defect(Work work, WireFormat.Request report) {
    return report.vectors().isEmpty()
        ? reports.defect(report.worker(), work, report.sums())
        : Optional.of(report.vectors().size() + " vectors that nobody asked for");
  }

  @Override
  public void complete(
      TrainingSession session,
      List<RangeSum> sums,
      Map<Integer, List<float[]>> vectors,
      double squares,
      long kernelNanos,
      Slicing slicing) {
    session.complete(sums, kernelNanos, slicing);
  }

  @Override
  public Work handed(Work work) {
    return work;
  }
}

package io.lockstep.distributed;

import io.lockstep.training.Recovery;
import io.lockstep.training.StepBoundary;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it hears, and does {@code action} once, after step {@code at}. */
final class Disturbing implements TrainingListener {
  private final long at;
  private final Runnable action;
  final List<Long> steps = new ArrayList<>();
  final List<Long> boundaries = new ArrayList<>();
  final List<Recovery> recoveries = new ArrayList<>();

  Disturbing(long at, Runnable action) {
    this.at = at;
    this.action = action;
  }

  @Override
  public void onStep(StepReport report) {
    steps.add(report.step());
    if (report.step() == at) {
      action.run();
    }
  }

  @Override
  public void betweenSteps(StepBoundary boundary) {
    boundaries.add(boundary.position().step());
  }

  @Override
  public void onRecovery(Recovery recovery) {
    recoveries.add(recovery);
  }
}

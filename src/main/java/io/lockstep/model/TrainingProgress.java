package io.lockstep.model;

import io.lockstep.training.EpochReport;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Remembers the losses of a run. */
final class TrainingProgress implements TrainingListener {
  private double[] stepLosses = new double[1024];
  private int steps;
  private final List<EpochReport> epochs = new ArrayList<>();

  @Override
  public void onStep(StepReport report) {
    if (steps == stepLosses.length) {
      stepLosses = Arrays.copyOf(stepLosses, 2 * steps);
    }
    stepLosses[steps++] = report.meanLoss();
  }

  @Override
  public void onEpoch(EpochReport report) {
    epochs.add(report);
  }

  double[] stepLosses() {
    return Arrays.copyOf(stepLosses, steps);
  }

  List<EpochReport> epochs() {
    return List.copyOf(epochs);
  }
}

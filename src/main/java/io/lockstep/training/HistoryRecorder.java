package io.lockstep.training;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Remembers a run under way. Any thread may ask it for the {@link #history} at any time. */
public final class HistoryRecorder implements TrainingListener {
  private final StepColumns steps = new StepColumns();
  private final List<RunHistory.Epoch> epochs;
  private final List<Recovery> recoveries;

  /** Of a run from its beginning. */
  public HistoryRecorder() {
    this(new RunHistory(new StepColumns(), 0, List.of(), List.of()));
  }

  /** Of a run that goes on after {@code before}. */
  public HistoryRecorder(RunHistory before) {
    before.steps().forEach(steps::add);
    epochs = new ArrayList<>(before.epochs());
    recoveries = new ArrayList<>(before.recoveries());
  }

  @Override
  public synchronized void onStep(StepReport report) {
    steps.add(
        new RunHistory.Step(
            report.step(),
            report.epoch(),
            report.meanLoss(),
            report.learningRate(),
            report.examples(),
            report.elapsedNanos() / 1e9,
            OptionalDouble.of((double) report.correct() / report.examples()),
            OptionalDouble.of(report.overheadNanos() / 1e9)));
  }

  @Override
  public synchronized void onEpoch(EpochReport report) {
    epochs.add(RunHistory.Epoch.of(report));
  }

  @Override
  public synchronized void onRecovery(Recovery recovery) {
    recoveries.add(recovery);
  }

  /** What there is so far: costs next to nothing, and does not grow. */
  public synchronized RunHistory history() {
    return new RunHistory(steps, steps.size(), epochs, recoveries);
  }
}

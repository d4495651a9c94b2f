package io.lockstep.report;

import io.lockstep.training.RunHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * An epoch, and where it ends among the steps of its run.
 *
 * @param lastStep of it; empty if the history has none so early
 * @param secondsInSteps of all steps so far
 * @param trainedSeconds of all epochs so far
 * @param examples in its steps
 */
record EpochMark(
    RunHistory.Epoch epoch,
    OptionalLong lastStep,
    double secondsInSteps,
    double trainedSeconds,
    long examples) {

  /** The epochs of {@code history}. */
  static List<EpochMark> of(RunHistory history) {
    List<EpochMark> marks = new ArrayList<>();
    List<RunHistory.Step> steps = history.steps();
    int next = 0;
    double trained = 0;
    double inSteps = 0;
    for (RunHistory.Epoch epoch : history.epochs()) {
      long examples = 0;
      while (next < steps.size() && steps.get(next).epoch() <= epoch.epoch()) {
        inSteps += steps.get(next).seconds();
        examples += steps.get(next).examples();
        next++;
      }
      trained += epoch.seconds();
      OptionalLong last =
          next == 0 ? OptionalLong.empty() : OptionalLong.of(steps.get(next - 1).step());
      marks.add(new EpochMark(epoch, last, inSteps, trained, examples));
    }
    return marks;
  }

  double examplesPerSecond() {
    return examples / epoch.seconds();
  }
}

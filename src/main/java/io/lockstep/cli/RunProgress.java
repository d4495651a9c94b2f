package io.lockstep.cli;

import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows a run: a live line while an epoch is under way, and a line for each that is done. */
final class RunProgress implements TrainingListener, AutoCloseable {
  /** Elsewhere than on a terminal, a line of progress at most this often. */
  private static final long PLAIN_LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int LIVE_MILLIS = 200;

  /** The bar's inside, in columns. */
  private static final int SHORTEST_BAR = 5;

  private static final int LONGEST_BAR = 30;

  /** What stands around a bar: a space and two brackets. */
  private static final int AROUND_BAR = 3;

  private final Console console;
  private final Optional<LiveLine> live;
  private final PrintStream errors = System.err;
  private final int epochs;
  private final int stepsPerEpoch;
  private final long lastStep;
  private final long stepsBefore;
  private final long start = System.nanoTime();
  private long firstStepNanos;
  private long lastLineNanos = start;
  private ProgressBar bar;
  private volatile Sofar sofar;
  private long epochExamples;
  private long epochCorrect;
  private double epochLossSum;
  private long examples;

  RunProgress(
      Console console,
      Optional<LiveLine> live,
      int epochs,
      int stepsPerEpoch,
      long lastStep,
      Position begin) {
    this.console = console;
    this.live = live;
    this.epochs = epochs;
    this.stepsPerEpoch = stepsPerEpoch;
    this.lastStep = lastStep;
    this.stepsBefore = begin.step();
    this.epochExamples = begin.examples();
    this.epochCorrect = begin.correct();
    this.epochLossSum = begin.lossSum();
    live.ifPresent(line -> System.setErr(line.above(errors)));
  }

  /**
   * An epoch under way.
   *
   * @param loss per example so far
   * @param accuracy likewise
   * @param examplesPerSecond of the run
   * @param left seconds of training to the run's end
   */
  record Sofar(double loss, double accuracy, double examplesPerSecond, long left) {
    /** The weightiest first. */
    private List<String> figures() {
      return List.of(
          String.format(Locale.ROOT, "loss %.4f", loss),
          String.format(Locale.ROOT, "accuracy %.4f", accuracy),
          String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60),
          String.format(Locale.ROOT, "%,.0f images/s", examplesPerSecond));
    }
  }

  @Override
  public void onStep(StepReport report) {
    if (firstStepNanos == 0) {
      firstStepNanos = System.nanoTime() - report.elapsedNanos();
    }
    epochExamples += report.examples();
    epochCorrect += report.correct();
    epochLossSum += report.meanLoss() * report.examples();
    examples += report.examples();
    sofar = sofar(report.step());
    if (live.isPresent()) {
      showLive(report, live.get());
    } else if (System.nanoTime() - lastLineNanos > PLAIN_LINE_NANOS) {
      lastLineNanos = System.nanoTime();
      console.say(
          "%s  step %,d/%,d  %s",
          name(report.epoch()), report.step(), lastStep, String.join(", ", sofar.figures()));
    }
  }

  private Sofar sofar(long step) {
    long nanos = System.nanoTime() - firstStepNanos;
    return new Sofar(
        epochLossSum / epochExamples,
        (double) epochCorrect / epochExamples,
        examples / (nanos / 1e9),
        TimeUnit.NANOSECONDS.toSeconds(nanos / (step - stepsBefore) * (lastStep - step)));
  }

  private String name(int epoch) {
    return String.format(Locale.ROOT, "epoch %2d/%d", epoch, epochs);
  }

  private void showLive(StepReport report, LiveLine line) {
    long stepsOfEpochsBefore = (report.epoch() - 1L) * stepsPerEpoch;
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name(report.epoch()))
              .setInitialMax(Math.min(stepsPerEpoch, lastStep - stepsOfEpochsBefore))
              .setUpdateIntervalMillis(LIVE_MILLIS)
              .setConsumer(line)
              .setRenderer(
                  (state, columns) ->
                      line(
                          state.getTaskName(),
                          state.getNormalizedProgress(),
                          sofar.figures(),
                          columns))
              .build();
    }
    bar.stepTo(report.step() - stepsOfEpochsBefore);
  }

  /**
   * An epoch, its bar, and its figures, as many as {@code columns} have room for: the first before
   * the bar, the bar before the others.
   *
   * @param done the fraction of its steps
   */
  static String line(String epoch, double done, List<String> figures, int columns) {
    String head = String.format(Locale.ROOT, "%s %3d%%", epoch, (int) (100 * done));
    StringBuilder tail = new StringBuilder();
    int room = columns - head.length();
    for (String figure : figures) {
      String next = (tail.isEmpty() ? "  " : ", ") + figure;
      int reserved = tail.isEmpty() ? 0 : AROUND_BAR + SHORTEST_BAR;
      if (tail.length() + next.length() + reserved > room) {
        break;
      }
      tail.append(next);
    }
    return head + bar(done, room - tail.length() - AROUND_BAR) + tail;
  }

  private static String bar(double done, int room) {
    if (room < SHORTEST_BAR) {
      return "";
    }
    int width = Math.min(room, LONGEST_BAR);
    int full = (int) (done * width);
    return " [" + "=".repeat(full) + " ".repeat(width - full) + "]";
  }

  private void clearLive() {
    if (bar != null) {
      bar.close(); // which leaves the line there if it was the first time that it is drawn
      live.ifPresent(LiveLine::clear);
      bar = null;
    }
  }

  @Override
  public void onRecovery(Recovery recovery) {
    console.say(
        "lost    %s; recovery %d: went on after step %,d with %d of %d workers, %.1f s lost",
        recovery.lost(),
        recovery.number(),
        recovery.steps(),
        recovery.workersAfter(),
        recovery.workersBefore(),
        recovery.lostNanos() / 1e9);
  }

  private static String figures(String rows, Optional<EvaluationSum> sum) {
    return sum.map(
            of ->
                String.format(
                    Locale.ROOT,
                    " | %s loss %.4f, accuracy %.4f",
                    rows,
                    of.meanLoss(),
                    of.accuracy()))
        .orElse("");
  }

  @Override
  public void onEpoch(EpochReport report) {
    clearLive();
    double seconds = report.trainingNanos() / 1e9;
    boolean best = report.best().filter(of -> of.epoch() == report.epoch()).isPresent();
    console.say(
        "%s  train loss %.4f, accuracy %.4f%s%s | %.2f s, %,.0f images/s%s",
        name(report.epoch()),
        report.trainLoss(),
        report.trainAccuracy(),
        figures("validation", report.validation()),
        figures("test", report.test()),
        seconds,
        epochExamples / seconds,
        best ? " | best epoch so far" : "");
    epochExamples = 0;
    epochCorrect = 0;
    epochLossSum = 0;
    lastLineNanos = System.nanoTime();
  }

  /** Leaves no live line, however the run ended. */
  @Override
  public void close() {
    clearLive();
    live.ifPresent(line -> System.setErr(errors));
  }
}

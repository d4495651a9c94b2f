package io.lockstep.cli;

import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What a person sees: one live line while an epoch runs on a terminal, plain lines elsewhere. */
final class Console {
  /** Elsewhere than on a terminal, a line of progress at most this often. */
  private static final long PLAIN_LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream out;
  private final boolean terminal;

  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** The process's own: standard output, live if that and standard input are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // compiled for Java 17, where null means no terminal
  static Console ofProcess() {
    return new Console(System.out, System.console() != null);
  }

  /** Prints one line. */
  void say(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }

  /**
   * Shows a run.
   *
   * @param epochs of the run
   * @param lastStep of the run
   * @param begin where it starts, or goes on
   */
  TrainingListener progress(int epochs, int stepsPerEpoch, long lastStep, Position begin) {
    return new Progress(epochs, stepsPerEpoch, lastStep, begin);
  }

  /** A line that leaves nothing behind: the epoch's own line takes its place. */
  private static final class LiveLine extends ConsoleProgressBarConsumer {
    private final PrintStream out;

    private LiveLine(PrintStream out) {
      super(out);
      this.out = out;
    }

    @Override
    public void close() {
      out.print("\r" + " ".repeat(getMaxRenderedLength()) + "\r");
      out.flush();
    }
  }

  private final class Progress implements TrainingListener {
    private final int epochs;
    private final int stepsPerEpoch;
    private final long lastStep;
    private final long stepsBefore;
    private final long start = System.nanoTime();
    private long firstStepNanos;
    private long lastLineNanos = start;
    private ProgressBar bar;
    private long epochSteps;
    private long epochExamples;
    private long epochCorrect;
    private double epochLossSum;
    private long examples;

    private Progress(int epochs, int stepsPerEpoch, long lastStep, Position begin) {
      this.epochs = epochs;
      this.stepsPerEpoch = stepsPerEpoch;
      this.lastStep = lastStep;
      this.stepsBefore = begin.step();
      this.epochExamples = begin.examples();
      this.epochCorrect = begin.correct();
      this.epochLossSum = begin.lossSum();
    }

    @Override
    public void onStep(StepReport report) {
      if (firstStepNanos == 0) {
        firstStepNanos = System.nanoTime() - report.elapsedNanos();
      }
      epochSteps++;
      epochExamples += report.examples();
      epochCorrect += report.correct();
      epochLossSum += report.meanLoss() * report.examples();
      examples += report.examples();
      if (terminal) {
        showLive(report);
      } else if (System.nanoTime() - lastLineNanos > PLAIN_LINE_NANOS) {
        lastLineNanos = System.nanoTime();
        say(
            "epoch %2d/%d  step %,d/%,d  %s, %s left",
            report.epoch(), epochs, report.step(), lastStep, sofar(), timeLeft(report.step()));
      }
    }

    private void showLive(StepReport report) {
      if (bar == null) {
        bar =
            new ProgressBarBuilder()
                .setTaskName(String.format(Locale.ROOT, "epoch %2d/%d", report.epoch(), epochs))
                .setInitialMax(epochSteps - 1 + stepsLeftInEpoch(report))
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setUnit(" steps", 1)
                .hideEta()
                .setConsumer(new LiveLine(out))
                .build();
      }
      bar.stepTo(epochSteps);
      bar.setExtraMessage(" " + sofar() + ", " + timeLeft(report.step()) + " left");
    }

    /** This one included. */
    private long stepsLeftInEpoch(StepReport report) {
      return Math.min((long) report.epoch() * stepsPerEpoch, lastStep) - report.step() + 1;
    }

    private String sofar() {
      double seconds = (System.nanoTime() - firstStepNanos) / 1e9;
      return String.format(
          Locale.ROOT,
          "loss %.4f, accuracy %.4f, %,.0f images/s",
          epochLossSum / epochExamples,
          (double) epochCorrect / epochExamples,
          examples / seconds);
    }

    private String timeLeft(long step) {
      long nanos = System.nanoTime() - firstStepNanos;
      long seconds =
          TimeUnit.NANOSECONDS.toSeconds(nanos / (step - stepsBefore) * (lastStep - step));
      return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    private void clearLive() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public void onRecovery(Recovery recovery) {
      clearLive();
      say(
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
      say(
          "epoch %2d/%d  train loss %.4f, accuracy %.4f%s%s | %.2f s, %,.0f images/s%s",
          report.epoch(),
          epochs,
          report.trainLoss(),
          report.trainAccuracy(),
          figures("validation", report.validation()),
          figures("test", report.test()),
          seconds,
          epochExamples / seconds,
          best ? " | best epoch so far" : "");
      epochSteps = 0;
      epochExamples = 0;
      epochCorrect = 0;
      epochLossSum = 0;
      lastLineNanos = System.nanoTime();
    }
  }
}

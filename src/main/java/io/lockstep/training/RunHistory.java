package io.lockstep.training;

import io.lockstep.base.InvalidInputException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run did so far: its steps, its epochs, and the workers it lost. Immutable; a {@link
 * HistoryRecorder} gives one of a run under way, {@link #read} that of a run's folder.
 */
public final class RunHistory {
  private final StepColumns columns;
  private final int steps;
  private final List<Epoch> epochs;
  private final List<Recovery> recoveries;

  /** The first {@code steps} of {@code columns}, which may grow. */
  RunHistory(StepColumns columns, int steps, List<Epoch> epochs, List<Recovery> recoveries) {
    this.columns = columns;
    this.steps = steps;
    this.epochs = List.copyOf(epochs);
    this.recoveries = List.copyOf(recoveries);
  }

  /**
   * One step.
   *
   * @param step 1-based, counted over the whole run
   * @param epoch 1-based
   * @param loss per example before the update, in nats
   * @param learningRate of the step
   * @param examples in the step
   * @param seconds from handing out the weights to the update
   * @param accuracy fraction correct before the update; empty if read from a folder, which does not
   *     keep it
   * @param overheadSeconds the part of the seconds that was not computing; empty likewise
   */
  public record Step(
      long step,
      int epoch,
      double loss,
      double learningRate,
      long examples,
      double seconds,
      OptionalDouble accuracy,
      OptionalDouble overheadSeconds) {

    public double examplesPerSecond() {
      return examples / seconds;
    }
  }

  /**
   * Loss and accuracy over the rows of a split.
   *
   * @param loss per example in nats
   * @param accuracy fraction correct
   */
  public record Score(double loss, double accuracy) {
    private boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(accuracy);
    }

    /** What {@code sum} comes to; empty without examples. */
    public static Optional<Score> of(EvaluationSum sum) {
      return sum.examples() == 0
          ? Optional.empty()
          : Optional.of(new Score(sum.meanLoss(), sum.accuracy()));
    }
  }

  /**
   * One epoch.
   *
   * @param epoch 1-based
   * @param train over the training rows, each taken before its step's update
   * @param validation over the validation rows, after the epoch
   * @param test over the test rows, after the epoch
   * @param seconds of the steps alone, without evaluation
   */
  public record Epoch(
      int epoch, Score train, Optional<Score> validation, Optional<Score> test, double seconds) {
    /** What {@code report} comes to. */
    public static Epoch of(EpochReport report) {
      return new Epoch(
          report.epoch(),
          new Score(report.trainLoss(), report.trainAccuracy()),
          report.validation().flatMap(Score::of),
          report.test().flatMap(Score::of),
          report.trainingNanos() / 1e9);
    }
  }

  /**
   * Reads the tables of the run in {@code folder}, finished or not. Recoveries are not in them.
   *
   * @throws InvalidInputException if it is no run's folder, damaged, or of another version
   * @throws java.io.UncheckedIOException if a table can't be read
   */
  public static RunHistory read(Path folder) {
    return HistoryTables.read(folder);
  }

  /**
   * Reads the epochs alone of the run in {@code folder}, finished or not.
   *
   * @throws InvalidInputException if it is no run's folder, damaged, or of another version
   * @throws java.io.UncheckedIOException if the table can't be read
   */
  public static List<Epoch> readEpochs(Path folder) {
    return HistoryTables.readEpochs(folder);
  }

  /** In order. Those of a run that went on from a checkpoint may begin there. */
  public List<Step> steps() {
    return new AbstractList<>() {
      @Override
      public Step get(int index) {
        if (index < 0 || index >= steps) {
          throw new IndexOutOfBoundsException("step " + index + " of " + steps);
        }
        return columns.get(index);
      }

      @Override
      public int size() {
        return steps;
      }
    };
  }

  /** In order; those that have ended. */
  public List<Epoch> epochs() {
    return epochs;
  }

  /** In order; those that were seen by this process. */
  public List<Recovery> recoveries() {
    return recoveries;
  }

  /** The last step, if there was any. */
  public Optional<Step> lastStep() {
    return steps == 0 ? Optional.empty() : Optional.of(columns.get(steps - 1));
  }

  /** The last epoch that has ended, if any has. */
  public Optional<Epoch> lastEpoch() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
  }

  /** The best of the epochs that have ended, if they were validated. */
  public Optional<BestEpoch> best() {
    BestEpoch best = null;
    for (Epoch epoch : epochs) {
      if (epoch.validation().filter(Score::isFinite).isPresent()) {
        Score validation = epoch.validation().get();
        best =
            best == null
                ? BestEpoch.first(epoch.epoch(), validation)
                : best.orBetter(epoch.epoch(), validation);
      }
    }
    return Optional.ofNullable(best);
  }

  /** Of training in the epochs that have ended, without evaluation. */
  public double seconds() {
    return epochs.stream().mapToDouble(Epoch::seconds).sum();
  }

  /** How far it came, and what it reached, in a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(counted(epochs.size(), "epoch"))
        .append(" (")
        .append(counted(steps, "step"))
        .append(")");
    lastEpoch()
        .ifPresent(
            last -> {
              text.append(format(" in %.1f s: training", seconds())).append(text(last.train()));
              last.validation().ifPresent(score -> text.append("; validation").append(text(score)));
              last.test().ifPresent(score -> text.append("; test").append(text(score)));
              best()
                  .filter(best -> best.epoch() != last.epoch())
                  .ifPresent(best -> text.append(text(best)));
            });
    return text.toString();
  }

  private static String counted(int count, String what) {
    return format("%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  private static String text(Score score) {
    return format(" accuracy %.4f, loss %.4f", score.accuracy(), score.loss());
  }

  private static String text(BestEpoch best) {
    return format("; best validation after epoch %d:", best.epoch())
        + text(new Score(best.meanLoss(), best.accuracy()));
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}

package io.lockstep.training;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.NumberTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A {@link RunHistory} as the two tables of a run's folder. */
public final class HistoryTables {
  /** A line per step; its seconds are the step's own. */
  public static final String STEPS_FILE = "history.csv";

  /** A line per epoch; its seconds are training alone, without evaluation. */
  public static final String EPOCHS_FILE = "epochs.csv";

  private static final String VALIDATION = ",validation_loss,validation_accuracy";

  private HistoryTables() {}

  /** The head of {@link #STEPS_FILE}, with its line's end. */
  public static String stepsHead() {
    return "step,epoch,loss,learning_rate,examples,seconds\n";
  }

  /** The head of {@link #EPOCHS_FILE}, with its line's end. */
  public static String epochsHead(boolean validates) {
    return "epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds"
        + (validates ? VALIDATION : "")
        + "\n";
  }

  /** A line of {@link #STEPS_FILE}, with its end. */
  public static String row(StepReport step) {
    return String.format(
        Locale.ROOT,
        "%d,%d,%s,%s,%d,%.6f%n",
        step.step(),
        step.epoch(),
        step.meanLoss(),
        step.learningRate(),
        step.examples(),
        step.elapsedNanos() / 1e9);
  }

  /** A line of {@link #EPOCHS_FILE}, with its end. */
  public static String row(RunHistory.Epoch epoch) {
    return String.format(
        Locale.ROOT,
        "%d,%s,%s,%s,%.3f%s%n",
        epoch.epoch(),
        epoch.train().loss(),
        epoch.train().accuracy(),
        epoch.test().map(HistoryTables::cells).orElse(","),
        epoch.seconds(),
        epoch.validation().map(score -> "," + cells(score)).orElse(""));
  }

  private static String cells(RunHistory.Score score) {
    return score.loss() + "," + score.accuracy();
  }

  static RunHistory read(Path folder) {
    StepColumns steps = new StepColumns();
    for (NumberTable.Row row : table(folder, STEPS_FILE).rows()) {
      steps.add(
          new RunHistory.Step(
              row.whole("step"),
              Math.toIntExact(row.whole("epoch")),
              row.number("loss"),
              row.number("learning_rate"),
              row.whole("examples"),
              row.number("seconds"),
              OptionalDouble.empty(),
              OptionalDouble.empty()));
    }
    return new RunHistory(steps, steps.size(), readEpochs(folder), List.of());
  }

  static List<RunHistory.Epoch> readEpochs(Path folder) {
    List<RunHistory.Epoch> epochs = new ArrayList<>();
    for (NumberTable.Row row : table(folder, EPOCHS_FILE).rows()) {
      epochs.add(
          new RunHistory.Epoch(
              Math.toIntExact(row.whole("epoch")),
              new RunHistory.Score(row.number("train_loss"), row.number("train_accuracy")),
              row.table().has("validation_loss") ? score(row, "validation") : Optional.empty(),
              score(row, "test"),
              row.number("seconds")));
    }
    return epochs;
  }

  private static NumberTable table(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          String.format(
              "%s must be a run's folder with %s and %s, but has no %s. Name a folder that"
                  + " submit/train.sh made.",
              folder, STEPS_FILE, EPOCHS_FILE, name));
    }
    return NumberTable.read(file);
  }

  private static Optional<RunHistory.Score> score(NumberTable.Row row, String split) {
    return row.text(split + "_loss").isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RunHistory.Score(row.number(split + "_loss"), row.number(split + "_accuracy")));
  }
}

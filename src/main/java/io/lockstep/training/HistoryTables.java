package io.lockstep.training;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
    for (Row row : Table.read(folder, STEPS_FILE).rows()) {
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
    for (Row row : Table.read(folder, EPOCHS_FILE).rows()) {
      epochs.add(
          new RunHistory.Epoch(
              Math.toIntExact(row.whole("epoch")),
              new RunHistory.Score(row.number("train_loss"), row.number("train_accuracy")),
              row.table.has("validation_loss") ? row.score("validation") : Optional.empty(),
              row.score("test"),
              row.number("seconds")));
    }
    return epochs;
  }

  /** A table of numbers under a head. */
  private record Table(Path file, List<String> head, List<String> lines) {
    private static Table read(Path folder, String name) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new InvalidInputException(
            String.format(
                "%s must be a run's folder with %s and %s, but has no %s. Name a folder that"
                    + " submit/train.sh made.",
                folder, STEPS_FILE, EPOCHS_FILE, name));
      }
      try {
        String text = Files.readString(file);
        // What a crash cut off, or is being written, is not there yet.
        List<String> whole = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        if (whole.isEmpty()) {
          throw new InvalidInputException(
              file + " must begin with a head that names its columns, but is empty.");
        }
        List<String> head = Arrays.asList(whole.get(0).split(",", -1));
        return new Table(file, head, whole.subList(1, whole.size()));
      } catch (CharacterCodingException e) {
        throw new InvalidInputException(file + " is damaged: it is no UTF-8 text.", e);
      } catch (IOException e) {
        throw new UncheckedIOException(file + " can't be read: " + WholeFiles.reason(e), e);
      }
    }

    private boolean has(String column) {
      return head.contains(column);
    }

    private List<Row> rows() {
      List<Row> rows = new ArrayList<>();
      for (String line : lines) {
        rows.add(new Row(this, rows.size() + 2, Arrays.asList(line.split(",", -1))));
      }
      return rows;
    }
  }

  /** A line, numbered from 1 for the head. */
  private record Row(Table table, int line, List<String> cells) {
    private Row {
      if (cells.size() != table.head.size()) {
        throw new InvalidInputException(
            String.format(
                "%s is damaged: line %d must have %d cells, but has %d.",
                table.file, line, table.head.size(), cells.size()));
      }
    }

    private String cell(String column) {
      int index = table.head.indexOf(column);
      if (index < 0) {
        throw new InvalidInputException(
            String.format(
                "%s must have a column %s, but has %s. It is of another version of lockstep: read"
                    + " it with that one.",
                table.file, column, String.join(", ", table.head)));
      }
      return cells.get(index);
    }

    private double number(String column) {
      String cell = cell(column);
      try {
        return Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw noNumber(column, cell, e);
      }
    }

    private long whole(String column) {
      String cell = cell(column);
      if (!cell.matches("\\d{1,9}")) {
        throw noNumber(column, cell, null);
      }
      return Long.parseLong(cell);
    }

    private Optional<RunHistory.Score> score(String split) {
      return cell(split + "_loss").isEmpty()
          ? Optional.empty()
          : Optional.of(new RunHistory.Score(number(split + "_loss"), number(split + "_accuracy")));
    }

    private InvalidInputException noNumber(String column, String cell, Throwable cause) {
      return new InvalidInputException(
          String.format(
              "%s is damaged: %s of line %d must be a number, but was \"%s\".",
              table.file, column, line, cell),
          cause);
    }
  }
}

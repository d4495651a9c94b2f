package io.lockstep.report;

import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.WholeFiles;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a finished run reached, and what it cost.
 *
 * @param name of the run
 * @param parameters that were learned
 * @param accuracies on the test rows, after each epoch; none of a run that tests at its end alone
 * @param loss on the test rows, at the end; in nats
 * @param accuracy on the test rows, at the end
 * @param seconds of training, without evaluation
 */
public record ComparedRun(
    String name,
    int parameters,
    List<Double> accuracies,
    double loss,
    double accuracy,
    double seconds) {
  private static final String ACCURACY = "test_accuracy";

  public ComparedRun {
    accuracies = List.copyOf(accuracies);
  }

  /**
   * Reads the run in {@code folder}.
   *
   * @throws InvalidInputException if it is not finished, or damaged
   */
  public static ComparedRun of(Path folder) {
    if (!RunFolder.isFinished(folder)) {
      throw new InvalidInputException(
          String.format(
              "%s must hold a finished run, but has no metrics.json. Finish it with submit/train.sh"
                  + " --resume --out %s, or name its run file.",
              folder, folder));
    }
    Path file = RunFolder.metricsFile(folder);
    Settings metrics = Settings.of(HoconReader.json(file.toString(), WholeFiles.read(file)));
    return new ComparedRun(
        Settings.of(HoconReader.file(RunFolder.runFile(folder))).stringValue("name"),
        TrainedNetwork.load(folder).network().learnedCount(),
        accuracies(RunFolder.epochsFile(folder)),
        metrics.doubleValue("test_loss"),
        metrics.doubleValue(ACCURACY),
        metrics.doubleValue("seconds_training"));
  }

  private static List<Double> accuracies(Path table) {
    try {
      List<String> lines = Files.readAllLines(table);
      int column = Arrays.asList(lines.get(0).split(",", -1)).indexOf(ACCURACY);
      List<Double> accuracies = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        String cell = line.split(",", -1)[column];
        if (!cell.isEmpty()) {
          accuracies.add(Double.parseDouble(cell));
        }
      }
      return accuracies;
    } catch (IOException e) {
      throw new UncheckedIOException(table + " can't be read: " + WholeFiles.reason(e), e);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new InvalidInputException(
          table + " must be a table with a column " + ACCURACY + ", but is damaged.", e);
    }
  }
}

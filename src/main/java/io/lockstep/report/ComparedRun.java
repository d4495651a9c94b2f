package io.lockstep.report;

import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.WholeFiles;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.RunHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a finished run reached, and what it cost.
 *
 * @param name of the run
 * @param parameters that were learned
 * @param epochs in order
 * @param loss on the test rows, at the end; in nats
 * @param accuracy on the test rows, at the end
 * @param seconds of training, without evaluation
 */
public record ComparedRun(
    String name,
    int parameters,
    List<RunHistory.Epoch> epochs,
    double loss,
    double accuracy,
    double seconds) {
  private static final String ACCURACY = "test_accuracy";

  public ComparedRun {
    epochs = List.copyOf(epochs);
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
        readEpochs(folder),
        metrics.doubleValue("test_loss"),
        metrics.doubleValue(ACCURACY),
        metrics.doubleValue("seconds_training"));
  }

  private static List<RunHistory.Epoch> readEpochs(Path folder) {
    try {
      return RunHistory.readEpochs(folder);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "The epochs of a run must be a table with a column " + ACCURACY + ": " + e.getMessage(),
          e);
    }
  }

  /** On the test rows, after each epoch; none of a run that tests at its end alone. */
  List<Double> accuracies() {
    return epochs.stream()
        .map(RunHistory.Epoch::test)
        .flatMap(Optional::stream)
        .map(RunHistory.Score::accuracy)
        .toList();
  }
}

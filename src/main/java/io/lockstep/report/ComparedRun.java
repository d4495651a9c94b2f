package io.lockstep.report;

import com.typesafe.config.Config;
import io.lockstep.base.Checks;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.WholeFiles;
import io.lockstep.network.Network;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.run.RunConfig;
import io.lockstep.training.RunHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a run reached, and what it cost.
 *
 * @param folder of it
 * @param name of it
 * @param rows the SHA-256 of what it trained on and was tested with; empty if it is not known
 * @param parameters that were learned
 * @param epochs in order
 * @param end what it reached on the test rows at its end; empty if it is under way
 * @param seconds of training, without evaluation
 */
public record ComparedRun(
    Path folder,
    String name,
    Optional<String> rows,
    int parameters,
    List<RunHistory.Epoch> epochs,
    Optional<RunHistory.Score> end,
    double seconds) {
  private static final String ACCURACY = "test_accuracy";
  private static final String ROWS = "provenance.dataSha256";

  public ComparedRun {
    epochs = List.copyOf(epochs);
  }

  /**
   * Reads the finished run in {@code folder}.
   *
   * @throws InvalidInputException if it is not finished, damaged, or of another version
   */
  public static ComparedRun of(Path folder) {
    if (!RunFolder.isFinished(folder)) {
      throw new InvalidInputException(
          String.format(
              "%s must hold a finished run, but has no metrics.json. Finish it with submit/train.sh"
                  + " --resume --out %s, or name its run file.",
              folder, folder));
    }
    Path runFile = RunFolder.runFile(folder);
    Config config = HoconReader.file(runFile);
    Path file = RunFolder.metricsFile(folder);
    Settings metrics = Settings.of(HoconReader.json(file.toString(), WholeFiles.read(file)));
    return new ComparedRun(
        folder,
        of(runFile, () -> Settings.of(config).stringValue("name")),
        rows(config),
        TrainedNetwork.load(folder).network().learnedCount(),
        readEpochs(folder),
        Optional.of(of(file, () -> score(metrics))),
        of(file, () -> nonNegative(metrics, "seconds_training")));
  }

  /**
   * Reads the run in {@code folder} that is under way.
   *
   * @throws InvalidInputException if it is damaged
   */
  public static ComparedRun underWay(Path folder) {
    Path runFile = RunFolder.runFile(folder);
    RunConfig config = RunConfig.read(runFile, List.of());
    List<RunHistory.Epoch> epochs = readEpochs(folder);
    return new ComparedRun(
        folder,
        config.name(),
        rows(HoconReader.file(runFile)),
        Network.of(config.network()).learnedCount(),
        epochs,
        Optional.empty(),
        epochs.stream().mapToDouble(RunHistory.Epoch::seconds).sum());
  }

  private static RunHistory.Score score(Settings metrics) {
    double loss = nonNegative(metrics, "test_loss");
    double accuracy = metrics.doubleValue(ACCURACY);
    Checks.require(accuracy >= 0 && accuracy <= 1, ACCURACY + " must be in [0, 1]", accuracy);
    return new RunHistory.Score(loss, accuracy);
  }

  private static double nonNegative(Settings metrics, String key) {
    double value = metrics.doubleValue(key);
    Checks.requireNonNegative(key, value);
    return value;
  }

  private static Optional<String> rows(Config config) {
    return config.hasPath(ROWS)
        ? Optional.of(config.getValue(ROWS).unwrapped().toString())
        : Optional.empty();
  }

  /** A {@code value} that {@code file} should have. */
  private static <T> T of(Path file, Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          String.format(
              "%s is damaged, or of another version of lockstep (%s). Leave the run out, or train it"
                  + " anew.",
              file, e.getMessage()),
          e);
    }
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

package io.lockstep.report;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.WholeFiles;
import io.lockstep.evaluation.Metrics;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EpochReport;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A run's folder:
 *
 * <ul>
 *   <li>{@code run.conf}: everything resolved, with versions, data checksum, BLAS and master
 *   <li>{@code history.csv}: a line per step; its seconds are the step's own
 *   <li>{@code epochs.csv}: a line per epoch; its seconds are training alone, without evaluation
 *   <li>{@code metrics.json}: the final test metrics, {@code weights_sha256}, and what lost workers
 *       cost
 *   <li>{@code model/}: description and weights
 * </ul>
 *
 * <p>Hears of steps as a {@link TrainingListener}; writes them epoch by epoch.
 */
public final class RunFolder implements TrainingListener, AutoCloseable {
  private final Path path;
  private final StringBuilder unwrittenSteps = new StringBuilder();
  private int recoveries;
  private long lostNanos;

  private RunFolder(Path path) {
    this.path = path;
  }

  /** Makes the new folder {@code path} with its {@code run.conf} and the heads of its tables. */
  public static RunFolder create(Path path, Config resolved, boolean validates) {
    WholeFiles.createNewFolder(path);
    WholeFiles.write(path.resolve("run.conf"), resolved.root().render(HoconText.HOCON));
    WholeFiles.write(
        path.resolve("history.csv"), "step,epoch,loss,learning_rate,examples,seconds\n");
    WholeFiles.write(
        path.resolve("epochs.csv"),
        "epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds"
            + (validates ? ",validation_loss,validation_accuracy\n" : "\n"));
    return new RunFolder(path);
  }

  public Path path() {
    return path;
  }

  @Override
  public void onStep(StepReport report) {
    unwrittenSteps.append(
        String.format(
            Locale.ROOT,
            "%d,%d,%s,%s,%d,%.6f%n",
            report.step(),
            report.epoch(),
            report.meanLoss(),
            report.learningRate(),
            report.examples(),
            report.elapsedNanos() / 1e9));
  }

  @Override
  public void onEpoch(EpochReport report) {
    writeSteps();
    String validation =
        report.validation().map(sum -> "," + sum.meanLoss() + "," + sum.accuracy()).orElse("");
    append(
        "epochs.csv",
        String.format(
            Locale.ROOT,
            "%d,%s,%s,%s,%s,%.3f%s%n",
            report.epoch(),
            report.trainLoss(),
            report.trainAccuracy(),
            report.test().meanLoss(),
            report.test().accuracy(),
            report.trainingNanos() / 1e9,
            validation));
  }

  @Override
  public void onRecovery(Recovery recovery) {
    recoveries++;
    lostNanos += recovery.lostNanos();
  }

  /** Writes the steps since the last epoch: a run that fails keeps its history. */
  @Override
  public void close() {
    writeSteps();
  }

  private void writeSteps() {
    append("history.csv", unwrittenSteps.toString());
    unwrittenSteps.setLength(0);
  }

  private void append(String name, String lines) {
    Path file = path.resolve(name);
    try {
      Files.writeString(file, lines, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + WholeFiles.reason(e), e);
    }
  }

  /** Writes {@code model/} and {@code metrics.json}. */
  public void finish(TrainingResult result, TrainedNetwork model) {
    model.save(path.resolve("model"));
    Map<String, Object> metrics = new LinkedHashMap<>(new Metrics(result.test()).toMap());
    metrics.put("weights_sha256", Safetensors.sha256(result.weights()));
    metrics.put("seconds_training", result.trainingNanos() / 1e9);
    metrics.put("steps", result.steps());
    metrics.put("recoveries", recoveries);
    metrics.put("seconds_lost", lostNanos / 1e9);
    writeMetrics(path, metrics);
  }

  /** Writes {@code metrics.json} into {@code folder}. */
  public static void writeMetrics(Path folder, Map<String, Object> metrics) {
    WholeFiles.write(
        folder.resolve("metrics.json"), ConfigValueFactory.fromMap(metrics).render(HoconText.JSON));
  }
}

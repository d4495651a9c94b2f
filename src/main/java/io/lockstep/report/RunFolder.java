package io.lockstep.report;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import io.lockstep.evaluation.Metrics;
import io.lockstep.export.ModelCard;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EpochReport;
import io.lockstep.training.HistoryTables;
import io.lockstep.training.Position;
import io.lockstep.training.Recovery;
import io.lockstep.training.RunHistory;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A run's folder:
 *
 * <ul>
 *   <li>{@code run.conf}: everything resolved, with versions, data checksum, BLAS and master
 *   <li>{@code history.csv}: a line per step; its seconds are the step's own
 *   <li>{@code epochs.csv}: a line per epoch; its seconds are training alone, without evaluation;
 *       without figures of the test rows where they are used at the end alone
 *   <li>{@code resumes.csv}: a line for each time the run went on from a checkpoint
 *   <li>{@code metrics.json}: the test metrics of the model, {@code weights_sha256}, which epoch it
 *       is of, and what lost workers cost
 *   <li>{@code model/}: description, weights, their provenance, and a card for people
 * </ul>
 *
 * <p>Hears of steps as a {@link TrainingListener}; writes them epoch by epoch, and before each
 * checkpoint.
 */
public final class RunFolder implements TrainingListener, AutoCloseable {
  private static final String RUN_FILE = "run.conf";
  static final String RESUMES = "resumes.csv";
  private static final String METRICS = "metrics.json";
  private static final String PROVENANCE = "provenance.conf";

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
    WholeFiles.write(runFile(path), resolved.root().render(HoconText.HOCON));
    WholeFiles.write(path.resolve(HistoryTables.STEPS_FILE), HistoryTables.stepsHead());
    WholeFiles.write(path.resolve(HistoryTables.EPOCHS_FILE), HistoryTables.epochsHead(validates));
    return new RunFolder(path);
  }

  /**
   * Opens the folder {@code path} of a run that goes on from {@code start}: forgets what it wrote
   * later, which will be written again.
   *
   * @param where the run goes on, for a person
   * @param notices hears, in a line, of a table that lacks rows
   */
  public static RunFolder resume(
      Path path, Position start, String where, Consumer<String> notices) {
    keepRows(path.resolve(HistoryTables.STEPS_FILE), start.step(), notices);
    keepRows(path.resolve(HistoryTables.EPOCHS_FILE), start.epoch() - 1L, notices);
    if (Files.notExists(path.resolve(RESUMES))) {
      WholeFiles.write(path.resolve(RESUMES), "time,step,lockstep,where\n");
    }
    RunFolder run = new RunFolder(path);
    run.append(
        RESUMES,
        String.format(
            Locale.ROOT,
            "%s,%d,%s,\"%s\"%n",
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            start.step(),
            Version.LOCKSTEP,
            where));
    return run;
  }

  /** Keeps the head and the whole rows that are numbered 1 to {@code last}. */
  private static void keepRows(Path table, long last, Consumer<String> notices) {
    List<String> kept = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(table);
      int columns = columns(lines.isEmpty() ? "" : lines.get(0));
      for (String line : lines) {
        boolean head = kept.isEmpty();
        if (head || (columns(line) == columns && number(line) >= 1 && number(line) <= last)) {
          kept.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(table + " can't be read: " + WholeFiles.reason(e), e);
    }
    if (kept.size() - 1L != last) {
      notices.accept(
          String.format("%s has only %d of the first %d rows.", table, kept.size() - 1, last));
    }
    WholeFiles.write(table, String.join("\n", kept) + "\n");
  }

  private static int columns(String line) {
    return line.split(",", -1).length;
  }

  /** The first column; 0 if it is no number. */
  private static long number(String line) {
    String first = line.substring(0, line.indexOf(','));
    return first.matches("\\d{1,18}") ? Long.parseLong(first) : 0;
  }

  /** The configuration of the run in {@code folder}. */
  public static Path runFile(Path folder) {
    return folder.resolve(RUN_FILE);
  }

  /** The final metrics of the run in {@code folder}, if it has come to its end. */
  static Path metricsFile(Path folder) {
    return folder.resolve(METRICS);
  }

  /** Whether the run in {@code folder} has come to its end. */
  public static boolean isFinished(Path folder) {
    return Files.exists(folder.resolve(METRICS));
  }

  public Path path() {
    return path;
  }

  @Override
  public void onStep(StepReport report) {
    unwrittenSteps.append(HistoryTables.row(report));
  }

  @Override
  public void onEpoch(EpochReport report) {
    writeSteps();
    append(HistoryTables.EPOCHS_FILE, HistoryTables.row(RunHistory.Epoch.of(report)));
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

  /** Writes the steps there are: a checkpoint counts on them. */
  public void writeSteps() {
    append(HistoryTables.STEPS_FILE, unwrittenSteps.toString());
    unwrittenSteps.setLength(0);
  }

  private void append(String name, String lines) {
    WholeFiles.append(path.resolve(name), lines);
  }

  /** Writes {@code model/} and {@code metrics.json}. */
  public void finish(TrainingResult result, TrainedNetwork model) {
    Map<String, Object> metrics = new LinkedHashMap<>(new Metrics(result.test()).toMap());
    metrics.put("weights_sha256", Safetensors.sha256(result.weights()));
    metrics.put("seconds_training", result.trainingNanos() / 1e9);
    metrics.put("steps", result.steps());
    metrics.put("kept_epoch", result.epoch());
    metrics.put("stopped_early", result.ending() == TrainingResult.Ending.STOPPED_EARLY);
    result
        .best()
        .ifPresent(
            best -> {
              metrics.put("best_epoch", best.epoch());
              metrics.put("best_validation_accuracy", best.accuracy());
              metrics.put("best_validation_loss", best.meanLoss());
            });
    metrics.put("recoveries", recoveries);
    metrics.put("seconds_lost", lostNanos / 1e9);
    Path folder = path.resolve("model");
    WholeFiles.deleteFolder(folder); // of a run that was killed right here
    String provenance = provenance(metrics);
    model.save(
        folder,
        Map.of(
            PROVENANCE,
            provenance,
            ModelCard.FILE,
            ModelCard.ofRun(model, ConfigFactory.parseString(provenance))));
    writeMetrics(path, metrics);
  }

  /** All that the weights came from and what they reach: a model is copied without its run. */
  private String provenance(Map<String, Object> metrics) {
    String reached = ConfigValueFactory.fromMap(Map.of("metrics", metrics)).render(HoconText.HOCON);
    return WholeFiles.read(runFile(path)) + reached;
  }

  /** Writes {@code metrics.json} into {@code folder}. */
  public static void writeMetrics(Path folder, Map<String, Object> metrics) {
    WholeFiles.write(
        folder.resolve(METRICS), ConfigValueFactory.fromMap(metrics).render(HoconText.JSON));
  }
}

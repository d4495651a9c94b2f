package io.lockstep.report;

import com.typesafe.config.Config;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.HistoryRecorder;
import io.lockstep.training.KeptEpoch;
import io.lockstep.training.RunHistory;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code report.html} in a run's folder: one file that needs nothing else. Written after an epoch,
 * unless that would take more than a fiftieth of the run's time, and at its end, with the figures
 * as files of their own. It may fail; the run goes on.
 */
public final class RunReport implements TrainingListener {
  /** Its name in a run's folder. */
  public static final String FILE = "report.html";

  private final Path folder;
  private final HistoryRecorder recorder;
  private final int epochs;
  private final Optional<Pictures> pictures;
  private final PageWriter writer;
  private Optional<EvaluationSum> test = Optional.empty();
  private Optional<KeptEpoch> kept = Optional.empty();
  private RunFile runFile;

  /**
   * The report of a run.
   *
   * @param folder of the run, with its {@code run.conf}
   * @param recorder which is told of steps and epochs before this is
   * @param epochs of the whole run
   * @param pictures of the rows, if they are images
   * @param notices hears, in a line, why there is no report
   */
  public RunReport(
      Path folder,
      HistoryRecorder recorder,
      int epochs,
      Optional<Pictures> pictures,
      Consumer<String> notices) {
    this.folder = folder;
    this.recorder = recorder;
    this.epochs = epochs;
    this.pictures = pictures;
    this.writer = new PageWriter(folder.resolve(FILE), "the run", notices);
  }

  /**
   * Who remembers the run in {@code folder} that goes on: with what it did before, or, if that
   * can't be read, without.
   */
  public static HistoryRecorder resumed(Path folder, Consumer<String> notices) {
    try {
      return new HistoryRecorder(RunHistory.read(folder));
    } catch (InvalidInputException | UncheckedIOException e) {
      notices.accept(FILE + " begins at the checkpoint: " + e.getMessage());
      return new HistoryRecorder();
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    test = report.test().filter(sum -> sum.examples() > 0);
    writer.writeIfDue(() -> page(Optional.empty(), Optional.empty()));
  }

  /** Writes the report of the finished run, and its figures. */
  public void finish(TrainingResult result, TrainedNetwork trained) {
    kept = Optional.of(result.kept());
    test = Optional.of(result.test()).filter(sum -> sum.examples() > 0);
    writer.write(
        () -> page(Optional.of(trained), pictures.map(images -> images.answers(trained))),
        () -> Figures.write(folder.resolve("figures"), recorder.history(), test));
  }

  /** As text, and understood. */
  private record RunFile(String text, Config config) {
    private static RunFile read(Path file) {
      String text = WholeFiles.read(file);
      return new RunFile(text, HoconReader.text(file.toString(), text));
    }
  }

  /** That of the run, which does not change; read when it is first needed. */
  private RunFile runFile() {
    if (runFile == null) {
      runFile = RunFile.read(RunFolder.runFile(folder));
    }
    return runFile;
  }

  private Page page(Optional<TrainedNetwork> trained, Optional<Pictures.Answers> answers) {
    RunFile run = runFile();
    Config config = run.config();
    String name = config.hasPath("name") ? config.getString("name") : "run";
    ReportData data =
        new ReportData()
            .with("finished", trained.isPresent())
            .with("plannedEpochs", epochs)
            .history(recorder.history())
            .with("facts", facts(config, trained))
            .with("conf", run.text())
            .with("resumes", resumes());
    kept.ifPresent(epoch -> data.with("keptEpoch", epoch.epoch()).with("kept", "" + epoch));
    recorder.history().best().ifPresent(best -> data.with("bestEpoch", best.epoch()));
    test.ifPresent(data::classes);
    pictures.ifPresent(images -> data.pictures(images, answers));
    trained.flatMap(this::filters).ifPresent(filters -> data.with("filters", filters.toMap()));
    data.with("reportSeconds", Json.number(writer.spentSeconds()));
    return new Page(name + " - lockstep", headline(name, trained), "report.js", data.toMap());
  }

  private Optional<FirstFilters> filters(TrainedNetwork trained) {
    return FirstFilters.of(
        trained, pictures.map(Pictures::height).orElse(0), pictures.map(Pictures::width).orElse(0));
  }

  private String headline(String name, Optional<TrainedNetwork> trained) {
    String reached =
        test.map(
                sum ->
                    String.format(
                        Locale.ROOT,
                        "%.2f %% of %,d test rows right",
                        100 * sum.accuracy(),
                        sum.examples()))
            .orElse("not tested");
    if (trained.isPresent()) {
      return name + ": " + reached;
    }
    int done = recorder.history().lastEpoch().map(RunHistory.Epoch::epoch).orElse(0);
    return String.format(Locale.ROOT, "%s, after epoch %d of %d: %s", name, done, epochs, reached);
  }

  /** What it ran on and what came of it, for a person. */
  private static Map<String, Object> facts(Config config, Optional<TrainedNetwork> trained) {
    Map<String, Object> facts = new TreeMap<>();
    if (config.hasPath("provenance")) {
      facts.putAll(config.getObject("provenance").unwrapped());
    }
    trained.ifPresent(
        network -> {
          facts.put("weightsSha256", Safetensors.sha256(network.weights()));
          facts.put("parameters", network.network().learnedCount());
        });
    return facts;
  }

  private List<List<String>> resumes() {
    Path table = folder.resolve(RunFolder.RESUMES);
    List<List<String>> resumes = new ArrayList<>();
    if (Files.exists(table)) {
      WholeFiles.read(table)
          .lines()
          .skip(1)
          .forEach(line -> resumes.add(List.of(line.split(",", 4))));
    }
    return resumes;
  }
}

package io.lockstep.report;

import io.lockstep.base.Version;
import io.lockstep.training.RunHistory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code compare.html} in the folder of a comparison: one file that needs nothing else, with runs
 * side by side. Written when a run has ended, and after epochs of the one under way; at the end
 * with the figures as files of their own. It may fail; the comparison goes on.
 */
public final class ComparisonPage {
  /** Its name in the folder. */
  public static final String FILE = "compare.html";

  private final Path folder;
  private final int planned;
  private final PageWriter writer;

  /**
   * The page of a comparison.
   *
   * @param folder of the comparison
   * @param planned how many runs there will be
   * @param notices hears, in a line, why there is no page
   */
  public ComparisonPage(Path folder, int planned, Consumer<String> notices) {
    this.folder = folder;
    this.planned = planned;
    this.writer = new PageWriter(folder.resolve(FILE), "the comparison", notices);
  }

  /**
   * Shows the {@code finished} runs and the one in {@code underWay}, if the page was not written a
   * moment ago.
   */
  public void show(List<ComparedRun> finished, Path underWay) {
    writer.writeIfDue(
        () -> {
          List<ComparedRun> runs = new ArrayList<>(finished);
          runs.add(ComparedRun.underWay(underWay));
          return page(runs);
        });
  }

  /** Shows the {@code finished} runs, and draws the figures. */
  public void show(List<ComparedRun> finished) {
    writer.write(
        () -> page(finished), () -> ComparisonFigures.write(folder.resolve("figures"), finished));
  }

  private Page page(List<ComparedRun> runs) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("planned", planned);
    data.put("lockstep", Version.LOCKSTEP);
    data.put("runs", runs.stream().map(this::run).toList());
    return new Page("Runs compared - lockstep", headline(runs), "compare.js", data);
  }

  private String headline(List<ComparedRun> runs) {
    long ended = runs.stream().filter(run -> run.end().isPresent()).count();
    String count =
        ended < planned
            ? String.format("%d of %d runs have ended", ended, planned)
            : planned + (planned == 1 ? " run" : " runs compared");
    return runs.stream()
        .filter(run -> run.end().isPresent())
        .max(Comparator.comparingDouble(run -> run.end().orElseThrow().accuracy()))
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "%s: %s has the most test rows right, %.2f %%",
                    count,
                    best.name(),
                    100 * best.end().orElseThrow().accuracy()))
        .orElse(count);
  }

  private Map<String, Object> run(ComparedRun run) {
    List<Map<String, Object>> epochs = new ArrayList<>();
    double trained = 0;
    for (RunHistory.Epoch epoch : run.epochs()) {
      trained += epoch.seconds();
      epochs.add(ReportData.epoch(epoch, trained));
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", run.name());
    map.put("report", report(run).orElse(null));
    map.put("rows", run.rows().orElse(null));
    map.put("parameters", run.parameters());
    map.put("finished", run.end().isPresent());
    map.put("seconds", Json.number(run.seconds()));
    map.put("testLoss", Json.number(run.end().map(RunHistory.Score::loss)));
    map.put("testAccuracy", Json.number(run.end().map(RunHistory.Score::accuracy)));
    map.put("epochs", epochs);
    return map;
  }

  /** Where the report of {@code run} is, seen from the page; empty if it has none. */
  private Optional<String> report(ComparedRun run) {
    Path report = run.folder().resolve(RunReport.FILE).toAbsolutePath().normalize();
    if (Files.notExists(report)) {
      return Optional.empty();
    }
    Path here = folder.toAbsolutePath().normalize();
    try {
      String path = "./" + here.relativize(report); // the dot: a name with a colon is no scheme
      return Optional.of(new URI(null, null, path, null).toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path is always a URI", e);
    }
  }
}

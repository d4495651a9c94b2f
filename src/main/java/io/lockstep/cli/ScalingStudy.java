package io.lockstep.cli;

import io.lockstep.base.WholeFiles;
import io.lockstep.distributed.Topology;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.report.StudyPage;
import io.lockstep.study.Cost;
import io.lockstep.study.Forecast;
import io.lockstep.study.LargeBatch;
import io.lockstep.study.Study;
import io.lockstep.study.StudyPoint;
import io.lockstep.study.StudyTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** {@code submit/bench.sh --study}: measures, fits, checks, and tells. */
final class ScalingStudy {
  private static final int FORECAST_BATCH = 4096;

  /** More than these add nothing to runs this small. */
  private static final int MOST_BATCH_WORKERS = 4;

  private final StudyOption option;
  private final Path out;
  private final Console console;
  private final StudyExtent extent;
  private final List<StudyPoint> earlier = new ArrayList<>();
  private final List<StudyPoint> points = new ArrayList<>();

  /**
   * A study.
   *
   * @param out new folder for its files
   * @throws io.lockstep.base.InvalidInputException if options contradict each other, or an earlier
   *     study is damaged
   */
  ScalingStudy(StudyOption option, Path out, Console console) {
    this.option = option;
    this.out = out;
    this.console = console;
    this.extent = option.extent();
    option.with.forEach(file -> earlier.addAll(StudyTable.read(file)));
  }

  /**
   * Measures all of it.
   *
   * @param data for the accuracy of large batches, which clusters are not asked for
   * @param machine that it is on
   */
  void run(String data, String machine) throws IOException {
    WholeFiles.createNewFolder(out); // now, not after minutes of measuring
    String place = machine + ", kernel " + KernelChoice.description();
    console.say("place   %s", place);
    List<LargeBatch> batches = option.master == null ? here(data) : there();
    List<StudyPoint> all = new ArrayList<>(points);
    all.addAll(earlier);
    Study study = Study.of(all);
    WholeFiles.write(out.resolve(StudyTable.FILE), StudyTable.of(study));
    List<Forecast> forecasts = Forecast.all(study.model(), sizes(), FORECAST_BATCH);
    StudyPage.write(out, study, forecasts, batches, place);
    tell(study, forecasts);
    console.say("folder  %s", out);
  }

  private List<LargeBatch> there() throws IOException {
    try (SparkSession session = SparkSessions.open("study", option.at(option.master))) {
      for (int workers : option.workers(extent)) {
        int cores = option.sharedCores().orElse(workers);
        measure(new StudyMeasure(session, workers, cores, option.linkGigabits(), extent.seconds()));
      }
    }
    return List.of();
  }

  private List<LargeBatch> here(String data) throws IOException {
    DataChoice choice = DataChoice.resolve(data, System.getenv(), console);
    choice.verify(LargeBatches.network());
    int cores = Runtime.getRuntime().availableProcessors();
    for (String master : List.of("local[%d]", "local-cluster[%d,1,1024]")) {
      for (int workers : option.workers(extent)) {
        String url = String.format(Locale.ROOT, master, workers);
        try (SparkSession session = SparkSessions.open("study", option.at(url))) {
          measure(new StudyMeasure(session, workers, cores, 0, extent.seconds()));
        }
      }
    }
    return largeBatches(choice, Math.min(MOST_BATCH_WORKERS, cores));
  }

  private void measure(StudyMeasure measure) {
    measure.warmUp();
    for (int hidden : extent.hidden()) {
      for (int batch : extent.batches()) {
        Optional<String> obstacle = measure.obstacle(hidden, batch);
        if (obstacle.isPresent()) {
          console.say(
              "left out: %d workers, %,d weights, batch %d: %s",
              measure.workers(),
              StudyMeasure.network(hidden).parameterCount(),
              batch,
              obstacle.get());
          continue;
        }
        for (Topology exchange : List.of(Topology.DRIVER, Topology.SLICES)) {
          points.add(measure.point(hidden, batch, exchange));
          tell(points.get(points.size() - 1));
        }
      }
    }
    // What was measured stays, whatever comes after it.
    WholeFiles.write(out.resolve(StudyTable.FILE), StudyTable.unfitted(points));
  }

  private List<LargeBatch> largeBatches(DataChoice choice, int workers) throws IOException {
    List<LargeBatch> batches = new ArrayList<>();
    try (SparkSession session = SparkSessions.open("study", option.at("local[" + workers + "]"))) {
      LargeBatches runs = new LargeBatches(session, choice, workers);
      for (int batch : extent.batches()) {
        LargeBatch run = runs.train(batch);
        batches.add(run);
        console.say(
            "batch %4d, learning rate %.4f: %s after %d epochs",
            batch,
            run.learningRate(),
            run.testAccuracy().isPresent()
                ? String.format(Locale.ROOT, "test accuracy %.4f", run.testAccuracy().getAsDouble())
                : "diverged",
            run.epochs());
      }
    }
    WholeFiles.write(out.resolve(LargeBatch.FILE), LargeBatch.table(batches));
    return batches;
  }

  private List<Forecast.Size> sizes() {
    return StudyExtent.FULL.hidden().stream()
        .map(StudyMeasure::network)
        .map(network -> new Forecast.Size(network.parameterCount(), network.stepFlops()))
        .collect(Collectors.toList());
  }

  private void tell(StudyPoint point) {
    console.say(
        "%d %s %s, %-6s  %,10d weights, batch %4d  %,10.3f ms%s",
        point.workers(),
        point.workers() == 1 ? "worker " : "workers",
        point.executors() > 0 ? "in executors" : "in one JVM  ",
        point.exchange(),
        point.weights(),
        point.batch(),
        1e3 * point.seconds(),
        point.isCrowded() ? "  (" + point.cores() + " cores)" : "");
  }

  private void tell(Study study, List<Forecast> forecasts) {
    console.say("");
    for (Cost cost : Cost.values()) {
      console.say("%12.3e s per %s", study.model().prices().get(cost), cost.unit());
    }
    console.say(
        "error   median %.1f %% at the points that the model has not seen, %.1f %% at the others",
        100 * study.medianError(true), 100 * study.medianError(false));
    console.say("");
    console.say(
        "a step of %d images, ms, executors with a core each at %.0f Gbit/s:",
        FORECAST_BATCH, Forecast.GIGABITS);
    console.say("%10s %9s %12s %12s  %s", "weights", "executors", "driver", "slices", "better");
    for (Forecast forecast : forecasts) {
      console.say(
          "%,10d %,9d %,12.2f %,12.2f  %s",
          forecast.driver().weights(),
          forecast.driver().workers(),
          1e3 * forecast.driver().seconds(),
          1e3 * forecast.slices().seconds(),
          forecast.better().exchange());
    }
  }
}

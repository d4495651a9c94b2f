package io.lockstep.cli;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.Split;
import io.lockstep.distributed.SparkFailures;
import io.lockstep.evaluation.Metrics;
import io.lockstep.evaluation.Scorer;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.linalg.Blas;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Dense;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.LayerSpec;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.RunFolder;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit/baseline.sh}: MLlib's perceptron against a lockstep run. */
@Command(
    name = "baseline",
    description = {
      "Trains MLlib's MultilayerPerceptronClassifier and a lockstep run on the same rows, scaling,"
          + " cores and BLAS, and prints test accuracy over seconds of training, the time to MLlib's"
          + " best accuracy, and the rows per second of batch scoring.",
      "Not in the seconds: reading the rows, and testing. Before its first fit MLlib finds its rows"
          + " cached and has made one iteration to warm up; lockstep starts cold. Scoring finds the"
          + " rows cached, as bytes and as MLlib's vectors, and takes them eight times in a job."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class BaselineCommand implements Callable<Integer> {
  private static final String MLLIB = "mllib";
  private static final String LOCKSTEP = "lockstep";

  /** The last passes over the rows, that count. */
  private static final int PASSES = 5;

  /** The rows are scored so many times in a pass: beside few rows, a job's own time shows. */
  private static final int TIMES = 8;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CONF",
      description = {
        "Run file of the lockstep run; its rows, normalisation and seed are MLlib's too. Default:"
            + " conf/mlp-fixed.conf of the project."
      })
  private Path conf;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "New folder for baseline.csv, scoring.csv and mllib-ITERATIONS/metrics.json. Default:"
            + " runs/baseline-TIMESTAMP."
      })
  private Path out;

  @Mixin private SetOption set;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      split = ",",
      defaultValue = "20,50,100",
      description = "MLlib's iterations; each is a fit of its own. Default: ${DEFAULT-VALUE}.")
  private List<Integer> iterations;

  @Option(
      names = "--hidden",
      paramLabel = "UNITS",
      split = ",",
      defaultValue = "200",
      description = "Units of MLlib's hidden layers. Default: ${DEFAULT-VALUE}.")
  private List<Integer> hidden;

  @Option(
      names = "--solver",
      paramLabel = "l-bfgs|gd",
      defaultValue = "l-bfgs",
      description = "MLlib's solver. Default: ${DEFAULT-VALUE}.")
  private String solver;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Scores with each system for at least so long, which warms up the JIT, and at least five"
              + " times, of which the last five count. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();

  /**
   * Where a system stood after some training.
   *
   * @param after iterations or epochs
   * @param seconds of training up to here
   * @param test over the test rows
   */
  private record Point(String system, int after, double seconds, EvaluationSum test) {}

  @Override
  public Integer call() throws IOException {
    RunConfig config =
        RunConfig.read(conf != null ? conf : RunFiles.shipped("mlp-fixed"), set.overrides);
    Checks.require(
        config.training().selection().testEveryEpoch(),
        "training.testEveryEpoch must be true to compare accuracy over time",
        "false");
    Network network = Network.of(config.network());
    iterations.forEach(count -> Checks.requireAtLeastOne("--iterations", count));
    hidden.forEach(units -> Checks.requireAtLeastOne("--hidden", units));
    Checks.requireAtLeastZero("--seconds", seconds);
    List<Integer> layers = new ArrayList<>(hidden);
    layers.add(0, network.inputSize());
    layers.add(network.classes());
    MllibPerceptron perceptron = new MllibPerceptron(layers, solver, config.training().seed());
    Path folder = out != null ? out : TrainCommand.defaultFolder("baseline");
    WholeFiles.requireAbsent(folder);
    String source = data.choice().orElse(config.data().source());
    DataChoice choice = DataChoice.resolve(source, System.getenv(), console);
    if (choice.source() instanceof TableSource) {
      throw new InvalidInputException(
          "--data must be images for the baseline, but is a "
              + choice.description()
              + ". Use auto, digits or a folder of IDX files.");
    }
    choice.verify(network);

    WholeFiles.createNewFolder(folder); // now, not after minutes of training
    console.say("data    %s", choice.description());
    console.say("kernel  %s", KernelChoice.description());
    console.say("blas    %s, for MLlib", Blas.description());
    try (SparkSession session = SparkSessions.open("baseline", spark)) {
      compare(session, choice, config, perceptron, folder);
      console.say("folder  %s", folder);
      return 0;
    }
  }

  private void compare(
      SparkSession session,
      DataChoice choice,
      RunConfig config,
      MllibPerceptron perceptron,
      Path folder) {
    // 1. lockstep, which also finds rows that don't fit.
    List<Point> points = trainLockstep(session, choice, config);

    // 2. The same rows as MLlib wants them.
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    console.say("mllib   %s", MllibPerceptron.blasOfTasks(context));
    Normalization normalization = config.data().normalization();
    Dataset<Row> images = trainRows(choice.load(session, Split.TRAIN), config.data()).cache();
    Dataset<Row> vectors = MllibPerceptron.vectors(images, normalization).cache();
    Dataset<Row> test =
        MllibPerceptron.vectors(choice.load(session, Split.TEST), normalization).cache();
    try {
      console.say("rows    %,d training, %,d test", vectors.count(), test.count());

      // 3. MLlib, and the two beside each other.
      MultilayerPerceptronClassificationModel model = perceptron.fit(vectors, 1); // warms up
      for (int count : iterations.stream().distinct().sorted().toList()) {
        long start = System.nanoTime();
        model = perceptron.fit(vectors, count);
        double seconds = (System.nanoTime() - start) / 1e9;
        Point point = new Point(MLLIB, count, seconds, perceptron.evaluate(test, model));
        show(point);
        write(folder, perceptron, point);
        points.add(point);
      }
      timeToMllibsBest(points);
      writeTable(folder, points);

      // 4. Scoring.
      long rows = TIMES * vectors.count();
      Dataset<Row> manyImages = repeated(images);
      Dataset<Row> manyVectors = repeated(vectors);
      Dataset<Row> decoded = MllibPerceptron.vectors(manyImages, normalization);
      double fromVectors = rowsPerSecond(rows, MllibPerceptron.probabilities(manyVectors, model));
      double mllib = rowsPerSecond(rows, MllibPerceptron.probabilities(decoded, model));
      double lockstep =
          rowsPerSecond(rows, Scorer.predictions(manyImages, Ensemble.of(sameLayers(config))));
      console.say(
          "scoring %,d rows with layers %s: MLlib %,.0f rows/s from bytes, %,.0f from vectors;"
              + " lockstep %,.0f rows/s from bytes, ratio %.1f",
          rows, perceptron.layers(), mllib, fromVectors, lockstep, lockstep / mllib);
      WholeFiles.write(
          folder.resolve("scoring.csv"),
          "system,input,rows,rows_per_second\n"
              + scoringLine(MLLIB, "bytes", rows, mllib)
              + scoringLine(MLLIB, "vectors", rows, fromVectors)
              + scoringLine(LOCKSTEP, "bytes", rows, lockstep));
    } finally {
      test.unpersist();
      vectors.unpersist();
      images.unpersist();
    }
  }

  private List<Point> trainLockstep(SparkSession session, DataChoice choice, RunConfig config) {
    List<Point> points = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          private double seconds;

          @Override
          public void onEpoch(EpochReport report) {
            seconds += report.trainingNanos() / 1e9;
            Point point = new Point(LOCKSTEP, report.epoch(), seconds, report.test().orElseThrow());
            show(point);
            points.add(point);
          }
        };
    RunDescription description = RunDescription.of(config);
    LiveRun.trainWhole(
        description,
        JavaSparkContext.fromSparkContext(session.sparkContext()),
        choice.rows(description.network()),
        listener);
    return points;
  }

  /** The rows that lockstep trains on. */
  private static Dataset<Row> trainRows(Dataset<Row> images, RunConfig.Data data) {
    long used = data.trainRows() == 0 ? images.count() : data.trainRows();
    return images.where(functions.col("row").lt(used - data.validationRows()));
  }

  private void show(Point point) {
    console.say(
        "%-8s after %3d %-10s %8.2f s  test accuracy %.4f, loss %.4f",
        point.system,
        point.after,
        point.system.equals(MLLIB) ? "iterations" : "epochs",
        point.seconds,
        point.test.accuracy(),
        point.test.meanLoss());
  }

  private void timeToMllibsBest(List<Point> points) {
    Point best =
        points.stream()
            .filter(point -> point.system.equals(MLLIB))
            .max(Comparator.comparingDouble(point -> point.test.accuracy()))
            .orElseThrow();
    double accuracy = best.test.accuracy();
    Optional<Point> reached =
        points.stream()
            .filter(point -> point.system.equals(LOCKSTEP) && point.test.accuracy() >= accuracy)
            .findFirst();
    if (reached.isPresent()) {
      double seconds = reached.get().seconds;
      console.say(
          "time to %.4f: MLlib %.1f s, lockstep %.1f s, ratio %.1f",
          accuracy, best.seconds, seconds, best.seconds / seconds);
    } else {
      console.say(
          "time to %.4f: MLlib %.1f s, lockstep not within its epochs; raise training.epochs",
          accuracy, best.seconds);
    }
  }

  private static void write(Path folder, MllibPerceptron perceptron, Point point) {
    Path own = folder.resolve(MLLIB + "-" + point.after);
    WholeFiles.createNewFolder(own);
    Map<String, Object> metrics = new LinkedHashMap<>(new Metrics(point.test).toMap());
    metrics.put("seconds_training", point.seconds);
    metrics.put("iterations", point.after);
    metrics.put("layers", perceptron.layers());
    metrics.put("solver", perceptron.solver());
    metrics.put("seed", perceptron.seed());
    RunFolder.writeMetrics(own, metrics);
  }

  private static void writeTable(Path folder, List<Point> points) {
    StringBuilder csv = new StringBuilder("system,after,seconds,test_accuracy,test_loss\n");
    for (Point point : points) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%.3f,%s,%s%n",
              point.system,
              point.after,
              point.seconds,
              point.test.accuracy(),
              point.test.meanLoss()));
    }
    WholeFiles.write(folder.resolve("baseline.csv"), csv.toString());
  }

  /** A network with MLlib's hidden layers; its speed does not depend on its weights. */
  private TrainedNetwork sameLayers(RunConfig config) {
    NetworkSpec run = config.network();
    List<LayerSpec> layers = new ArrayList<>();
    if (run.input() instanceof Shape.Image) {
      layers.add(new Flatten());
    }
    for (int units : hidden) {
      layers.add(new Dense(units));
      layers.add(new Relu());
    }
    layers.add(new Dense(Network.of(run).classes()));
    Network network = Network.of(new NetworkSpec(run.input(), layers));
    return new TrainedNetwork(
        network,
        config.data().normalization(),
        Initializer.Scheme.DEFAULTS.draw(network, config.training().seeds()));
  }

  private static String scoringLine(String system, String input, long rows, double rate) {
    return String.format(Locale.ROOT, "%s,%s,%d,%.0f%n", system, input, rows, rate);
  }

  private static Dataset<Row> repeated(Dataset<Row> rows) {
    return Collections.nCopies(TIMES, rows).stream().reduce(Dataset::union).orElseThrow();
  }

  /** The median of the last whole evaluations of {@code predictions}. */
  private double rowsPerSecond(long rows, Dataset<Row> predictions) {
    List<Double> rates = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (rates.size() < PASSES || System.nanoTime() < end) {
      long start = System.nanoTime();
      SparkFailures.explaining(
          "Spark could not score the rows",
          () -> predictions.write().format("noop").mode(SaveMode.Overwrite).save());
      rates.add(rows * 1e9 / (System.nanoTime() - start));
    }
    return BenchCommand.median(rates.subList(rates.size() - PASSES, rates.size()));
  }
}

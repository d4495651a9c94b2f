package io.lockstep.cli;

import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.distributed.ShardedData;
import io.lockstep.distributed.Topology;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Network;
import io.lockstep.run.RowSource;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.study.StudyPoint;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Times steps on generated digits, with the workers of one Spark.
 *
 * @param session of these workers
 * @param workers to share each batch
 * @param cores that they share
 * @param linkGigabits of each host; 0 if not known
 * @param seconds that a point takes, about
 */
record StudyMeasure(
    SparkSession session, int workers, int cores, double linkGigabits, double seconds) {
  /** The same at all points, so that a gradient is in as many parts. */
  static final int SHARDS = 8;

  private static final int ROWS = 8192;
  private static final int TEST_ROWS = 64;

  private static final int FEWEST_STEPS = 6;
  private static final int MOST_STEPS = 300;

  /** Guesses that decide only how many steps are timed. */
  private static final double FLOPS_PER_SECOND = 4e10;

  private static final double BYTES_PER_SECOND = 1e9;
  private static final double LEAST_SECONDS = 5e-4;

  /** In JVMs that just started, C2 compiles the kernels while plain ones compute. */
  private static final int WARM_UP_STEPS = 400;

  private static final int WARM_UP_HIDDEN = 110;
  private static final int WARM_UP_BATCH = 256;

  /** Weights times images of a step: some seconds on a core. */
  private static final double MOST_WORK = 2e10;

  /** What a worker holds of each weight: itself, sums, gradients, the optimizer's and messages. */
  private static final double BYTES_PER_WEIGHT = 40;

  /** Has the workers compute until their JVMs are warm. */
  void warmUp() {
    List<Double> unused = train(WARM_UP_HIDDEN, WARM_UP_BATCH, Topology.DRIVER, WARM_UP_STEPS);
  }

  /** A network of so many units in each of two hidden layers. */
  static Network network(int hidden) {
    return Network.of(config(hidden, 1).network());
  }

  /** The median of a point's steps; the first third of them is warm-up. */
  StudyPoint point(int hidden, int batch, Topology exchange) {
    Network network = network(hidden);
    StudyPoint point =
        new StudyPoint(
            workers,
            session.sparkContext().isLocal() ? 0 : workers,
            cores,
            linkGigabits,
            exchange,
            network.parameterCount(),
            network.stepFlops(),
            batch,
            SHARDS,
            1);
    List<Double> steps = train(hidden, batch, exchange, steps(point));
    return point.taking(BenchCommand.median(steps.subList(steps.size() / 3, steps.size())));
  }

  private int steps(StudyPoint point) {
    double bytes = 8.0 * point.weights() * workers;
    double link = linkGigabits > 0 ? linkGigabits * 1e9 / 8 : BYTES_PER_SECOND;
    double guess =
        (double) point.flopsPerImage() * point.batch() / FLOPS_PER_SECOND / Math.min(workers, cores)
            + bytes / Math.min(link, BYTES_PER_SECOND)
            + LEAST_SECONDS;
    return (int) Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, seconds / guess));
  }

  private List<Double> train(int hidden, int batch, Topology exchange, int steps) {
    List<Double> taken = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            taken.add(report.elapsedNanos() / 1e9);
          }
        };
    RunConfig config =
        config(
            hidden,
            batch,
            "distributed.workers=" + workers,
            "distributed.sync=barrier",
            "distributed.exchange=" + exchange);
    RunDescription description = RunDescription.of(config).endingAfter(OptionalLong.of(steps));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    LiveRun.trainWhole(description, spark, rows(description.network()), listener);
    return taken;
  }

  private static RunConfig config(int hidden, int batch, String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                String.format(
                    "network.layers=[flatten, {dense {units = %1$d}}, relu, {dense {units = %1$d}},"
                        + " relu, {dense {units = 10}}]",
                    hidden),
                "training.batchSize=" + batch,
                "training.shards=" + SHARDS,
                "training.epochs=" + BenchCommand.ENOUGH_EPOCHS,
                "training.testEveryEpoch=false",
                "training.optimizer.sgd.learningRate=1e-4")); // seconds do not depend on it
    overrides.addAll(List.of(more));
    return BenchCommand.shipped("mlp-fixed", overrides.toArray(String[]::new));
  }

  /** Drawn in this JVM for workers in it, else by the executors. */
  private RowSource rows(Network network) {
    return (spark, layout, config) ->
        spark.isLocal()
            ? ShardedData.deal(
                spark, Digits.draw(Split.TRAIN, ROWS), Digits.draw(Split.TEST, TEST_ROWS), layout)
            : ShardedData.deal(
                new ShardedData.Sources(
                    examples(network, Split.TRAIN, ROWS),
                    Optional.empty(),
                    Optional.of(examples(network, Split.TEST, TEST_ROWS))),
                layout,
                config);
  }

  private Examples examples(Network network, Split split, int rows) {
    return Examples.of(
        session
            .read()
            .format("digits")
            .option("split", split.toString())
            .option("rows", rows)
            .load(),
        Examples.Names.DEFAULTS,
        network,
        InvalidRows.ERROR);
  }

  /** Why a network of so many units is not measured here, if it is not. */
  Optional<String> obstacle(int hidden, int batch) {
    long weights = network(hidden).parameterCount();
    if ((double) weights * batch > MOST_WORK) {
      return Optional.of("its steps take too long");
    }
    boolean shared = session.sparkContext().isLocal();
    double bytes = (shared ? workers : 1) * BYTES_PER_WEIGHT * weights;
    return bytes > Runtime.getRuntime().maxMemory()
        ? Optional.of("the heap is too small; raise SPARK_DRIVER_MEMORY")
        : Optional.empty();
  }
}

package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** A fit in somebody's thread, with the job group, tag, description and pool of that thread. */
final class GuestFit implements AutoCloseable {
  static final String GROUP = "somebody's group";
  static final String TAG = "somebodys-tag";

  /** Once a JVM, for all fits of it; ends by itself. */
  private static final String WARM_UP = "lockstep-kernel-warm-up";

  private static final long PATIENCE_SECONDS = 60;
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.jobGroup.id", GROUP,
          "spark.job.description", "somebody's words",
          "spark.scheduler.pool", "somebody's pool");

  private final SparkContext spark = TestSpark.context().sc();
  private final int cachedBefore = cached();
  private final List<Properties> jobs = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile Throwable end;
  private volatile boolean interrupted;

  private final SparkListener listener =
      new SparkListener() {
        @Override
        public void onJobStart(SparkListenerJobStart start) {
          jobs.add(start.properties());
        }
      };

  /** What a fit is doing. */
  enum Phase {
    DEALING,
    TRAINING
  }

  private GuestFit(Estimator<?> stage, Dataset<Row> rows) {
    spark.addSparkListener(listener);
    thread =
        new Thread(
            () -> {
              PROPERTIES.forEach(spark::setLocalProperty);
              spark.addJobTag(TAG);
              try {
                stage.fit(rows);
              } catch (Throwable e) {
                end = e;
              }
              interrupted = Thread.currentThread().isInterrupted();
            },
            "somebody");
    thread.setDaemon(true);
    thread.start();
  }

  /** One of ours that would take hours, once it is in {@code phase}. */
  static GuestFit ours(String synchronization, Phase phase) {
    GuestFit fit =
        new GuestFit(classifier(synchronization), phase == Phase.DEALING ? slow() : rows());
    // Counting and dealing are a job each; in barrier mode training is the third.
    int jobs = phase == Phase.DEALING ? 1 : synchronization.equals("barrier") ? 3 : 8;
    fit.await("the fit is " + phase, () -> fit.jobs.size() >= jobs);
    return fit;
  }

  /** MLlib's, the same. */
  static GuestFit mllibs() {
    GuestFit fit = new GuestFit(perceptron(), rows());
    fit.await("MLlib trains", () -> fit.jobs.size() >= 6);
    return fit;
  }

  static NeuralNetworkClassifier classifier(String synchronization) {
    return new NeuralNetworkClassifier()
        .setLayers(784, 20, 10)
        .setWorkers(2)
        .setMaxEpochs(1_000_000)
        .setBatchSize(20)
        .setSynchronization(synchronization);
  }

  static MultilayerPerceptronClassifier perceptron() {
    return new MultilayerPerceptronClassifier()
        .setLayers(new int[] {784, 20, 10})
        .setSolver("gd") // never done, other than l-bfgs
        .setTol(0)
        .setMaxIter(1_000_000);
  }

  static Dataset<Row> rows() {
    Dataset<Row> rows = DigitFrames.of("dense", 100);
    return rows.withColumn("label", rows.col("label").cast(DataTypes.DoubleType));
  }

  /** Rows that take seconds to read. */
  static Dataset<Row> slow() {
    MapFunction<Row, Row> wait =
        row -> {
          Thread.sleep(300);
          return row;
        };
    Dataset<Row> rows = rows();
    return rows.map(wait, Encoders.row(rows.schema()));
  }

  /** Does {@code action} until the fit has ended; returns what it ended with. */
  Throwable until(Runnable action) {
    await(
        "the fit ends",
        () -> {
          action.run();
          return !thread.isAlive();
        });
    return end;
  }

  /** What it ended with after one interrupt. */
  Throwable interrupt() {
    thread.interrupt();
    return until(() -> {});
  }

  boolean isInterrupted() {
    return interrupted;
  }

  private void await(String what, BooleanSupplier condition) {
    Waiting.await(PATIENCE_SECONDS, () -> what + ", ended with " + end, condition);
  }

  /** Every job that was started is the caller's own. */
  void assertJobsAreTheCallers() {
    assertFalse(jobs.isEmpty());
    for (Properties job : jobs) {
      PROPERTIES.forEach((name, value) -> assertEquals(value, job.getProperty(name), name));
      assertTrue(List.of(job.getProperty("spark.job.tags").split(",", -1)).contains(TAG));
    }
  }

  /** Neither a cached RDD nor a job, a task or a thread of a fit is left. */
  void assertNothingIsLeft() {
    assertEquals(cachedBefore, cached(), "cached RDDs");
    assertEquals(0, spark.getRDDStorageInfo().length, "cached blocks");
    assertEquals(0, spark.statusTracker().getActiveJobIds().length, "jobs");
    assertEquals(0, spark.statusTracker().getActiveStageIds().length, "stages");
    // Netty closes an endpoint at once, and its threads after a quiet moment.
    await("no thread is left of " + threads(), () -> threads().isEmpty());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("lockstep") && !name.equals(WARM_UP))
        .toList();
  }

  private int cached() {
    return new JavaSparkContext(spark).getPersistentRDDs().size();
  }

  /** Leaves the session to the next test. */
  @Override
  public void close() {
    until(thread::interrupt);
    spark.removeSparkListener(listener);
    await(
        "the jobs end", // MLlib leaves its own behind
        () -> {
          spark.cancelJobGroup(GROUP);
          return spark.statusTracker().getActiveJobIds().length == 0;
        });
    new JavaSparkContext(spark).getPersistentRDDs().values().forEach(rdd -> rdd.unpersist(true));
  }
}

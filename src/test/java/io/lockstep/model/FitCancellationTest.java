package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.model.GuestFit.Phase;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.Estimator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends MLlib's fit ends ours, in the same way, and leaves nothing behind. */
@Tag("spark")
class FitCancellationTest {
  private static final int PATIENCE_SECONDS = 60;

  private static void cancel(String what) {
    SparkContext spark = TestSpark.context().sc();
    switch (what) {
      case "group" -> spark.cancelJobGroup(GuestFit.GROUP);
      case "tag" -> spark.cancelJobsWithTag(GuestFit.TAG);
      default -> spark.cancelAllJobs();
    }
  }

  private static SparkException cancelled(GuestFit fit, String what) {
    return assertInstanceOf(SparkException.class, fit.until(() -> cancel(what)));
  }

  @ParameterizedTest
  @CsvSource({
    "barrier, TRAINING, group",
    "barrier, TRAINING, tag",
    "barrier, TRAINING, all",
    "barrier, DEALING, group",
    "job, TRAINING, group",
    "job, DEALING, tag"
  })
  void fit_jobsCancelled_endsAsMllibs(String synchronization, Phase phase, String what) {
    try (GuestFit fit = GuestFit.ours(synchronization, phase)) {
      assertEquals("SPARK_JOB_CANCELLED", cancelled(fit, what).getCondition());
      fit.assertNothingIsLeft();
      fit.assertJobsAreTheCallers();
    }
  }

  @Test
  void fit_mllibsJobsCancelled_endsWithTheSame() {
    try (GuestFit fit = GuestFit.mllibs()) {
      assertEquals("SPARK_JOB_CANCELLED", cancelled(fit, "group").getCondition());
    }
  }

  @ParameterizedTest
  @CsvSource({"barrier, TRAINING", "barrier, DEALING", "job, TRAINING", "job, DEALING"})
  void fit_interrupted_endsAsMllibsAndStaysInterrupted(String synchronization, Phase phase) {
    try (GuestFit fit = GuestFit.ours(synchronization, phase)) {
      assertSame(InterruptedException.class, fit.interrupt().getClass());
      assertTrue(fit.isInterrupted());
      fit.assertNothingIsLeft();
    }
  }

  @Test
  void fit_mllibsInterrupted_endsWithTheSame() {
    try (GuestFit fit = GuestFit.mllibs()) {
      assertSame(InterruptedException.class, fit.interrupt().getClass());
    }
  }

  private static Stream<Arguments> fitsOfStreams() {
    return Stream.of(
        Arguments.of(GuestFit.perceptron(), GuestFit.rows()),
        Arguments.of(GuestFit.classifier("barrier"), GuestFit.rows()),
        Arguments.of(GuestFit.classifier("barrier"), GuestFit.slow()),
        Arguments.of(GuestFit.classifier("job"), GuestFit.rows()));
  }

  @ParameterizedTest
  @MethodSource("fitsOfStreams")
  void stop_ofAQueryWhoseBatchFits_endsItWithoutFailure(Estimator<?> stage, Dataset<Row> rows)
      throws Exception {
    Set<Integer> cachedBefore = TestSpark.context().getPersistentRDDs().keySet();
    CountDownLatch fitting = new CountDownLatch(1);
    StreamingQuery query = query(stage, rows, fitting);
    assertTrue(fitting.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    TimeUnit.MILLISECONDS.sleep(300); // into it

    query.stop();

    assertTrue(query.exception().isEmpty(), () -> "" + query.exception());
    assertFalse(query.isActive());
    if (stage instanceof NeuralNetworkClassifier) { // MLlib leaves one behind
      assertEquals(cachedBefore, TestSpark.context().getPersistentRDDs().keySet());
    }
  }

  private static StreamingQuery query(Estimator<?> stage, Dataset<Row> rows, CountDownLatch fitting)
      throws TimeoutException {
    VoidFunction2<Dataset<Row>, Long> batch =
        (stream, number) -> {
          fitting.countDown();
          stage.fit(rows);
        };
    return TestSpark.session()
        .readStream()
        .format("rate")
        .load()
        .writeStream()
        .foreachBatch(batch)
        .start();
  }
}

package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.lockstep.TestSpark;
import io.lockstep.model.GuestFit.Phase;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link FitCancellationTest}, with workers in JVMs of their own. */
class FitCancellationIT {
  private static final String MASTER = "local-cluster[2,1,1024]";

  private static SparkSession spark;

  @BeforeAll
  static void open() {
    spark = TestSpark.localCluster(MASTER, "cancellation", "");
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  @ParameterizedTest
  @CsvSource({"barrier, TRAINING", "barrier, DEALING", "job, TRAINING"})
  void fit_jobsCancelled_endsAsSparksJobs(String synchronization, Phase phase) {
    try (GuestFit fit = GuestFit.ours(synchronization, phase)) {
      Throwable end = fit.until(() -> spark.sparkContext().cancelJobGroup(GuestFit.GROUP));

      assertEquals(
          "SPARK_JOB_CANCELLED", assertInstanceOf(SparkException.class, end).getCondition());
      fit.assertNothingIsLeft();
      fit.assertJobsAreTheCallers();
    }
  }

  @ParameterizedTest
  @CsvSource({"barrier, TRAINING", "job, DEALING"})
  void fit_interrupted_endsAsSparksJobs(String synchronization, Phase phase) {
    try (GuestFit fit = GuestFit.ours(synchronization, phase)) {
      assertSame(InterruptedException.class, fit.interrupt().getClass());
      fit.assertNothingIsLeft();
    }
  }
}

package io.lockstep.distributed;

import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.JobExecutionStatus;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Option;

/**
 * Spark jobs that end with the thread that waits for them. Spark itself lets the jobs of an
 * interrupted thread run on, and says that a cancelled job has ended while its tasks have not:
 * these would cache what was dropped, and ask for what was destroyed.
 */
final class OwnJobs {
  /** How long the tasks of cancelled jobs may take to end. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Spark's record of its tasks is this late, at most. */
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private OwnJobs() {}

  /** A tag that no other jobs have. */
  static String newTag() {
    return "lockstep-" + UUID.randomUUID();
  }

  /**
   * Returns what {@code jobs} returns.
   *
   * @param what to say of a failure that is none of ours
   * @throws RunStoppedException if this thread is interrupted, or the jobs cancelled; they have
   *     then ended
   * @throws RuntimeException any other failure, as {@link SparkFailures#explained}
   */
  static <T> T run(JavaSparkContext spark, String what, Supplier<T> jobs) {
    String tag = newTag();
    spark.sc().addJobTag(tag);
    try {
      return SparkFailures.explaining(what, jobs);
    } catch (RunStoppedException e) {
      end(spark.sc(), tag);
      throw e;
    } finally {
      spark.sc().removeJobTag(tag);
    }
  }

  /**
   * Cancels the jobs that have {@code tag}, and waits a bounded time for the end of their tasks.
   */
  static void end(SparkContext spark, String tag) {
    long start = System.nanoTime();
    Uninterrupted.run(
        () -> {
          long lastSign = System.nanoTime();
          while (!spark.isStopped()
              && System.nanoTime() - lastSign < SETTLE_NANOS
              && System.nanoTime() - start < END_NANOS) {
            spark.cancelJobsWithTag(tag); // again: a job may have been on its way
            TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
            if (isActive(spark, tag)) {
              lastSign = System.nanoTime();
            }
          }
        });
  }

  private static boolean isActive(SparkContext spark, String tag) {
    return Arrays.stream(spark.statusTracker().getJobIdsForTag(tag))
        .mapToObj(job -> spark.statusTracker().getJobInfo(job))
        .anyMatch(job -> job.isDefined() && isActive(spark, job.get()));
  }

  private static boolean isActive(SparkContext spark, SparkJobInfo job) {
    return job.status() == JobExecutionStatus.RUNNING
        || Arrays.stream(job.stageIds())
            .mapToObj(stage -> spark.statusTracker().getStageInfo(stage))
            .anyMatch(OwnJobs::hasTasks);
  }

  private static boolean hasTasks(Option<SparkStageInfo> stage) {
    return stage.isDefined() && stage.get().numActiveTasks() > 0;
  }
}

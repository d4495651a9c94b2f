package io.lockstep.distributed;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends ordinary Spark jobs that no executor is left to run: Spark itself would wait for ever for
 * another to start.
 */
final class SlotWatch implements Runnable {
  private static final long POLL_MILLIS = 200;

  private final SparkContext spark;
  private final String jobTag;
  private final long limitNanos;
  private volatile boolean gaveUp;

  private SlotWatch(SparkContext spark, String jobTag, long limitNanos) {
    this.spark = spark;
    this.jobTag = jobTag;
    this.limitNanos = limitNanos;
  }

  /**
   * Returns what {@code jobs} returns.
   *
   * @throws RunFailedException if there is no slot for {@code distributed.slotWaitSeconds}
   */
  static <T> T guard(JavaSparkContext spark, DistributedConfig config, Supplier<T> jobs) {
    if (spark.isLocal()) {
      return jobs.get();
    }
    String jobTag = OwnJobs.newTag();
    SlotWatch watch = new SlotWatch(spark.sc(), jobTag, config.slotWaitNanos());
    Thread watching = new Thread(watch, jobTag);
    watching.setDaemon(true);
    spark.sc().addJobTag(jobTag);
    watching.start();
    try {
      return jobs.get();
    } catch (RuntimeException e) {
      if (watch.gaveUp && SparkFailures.isCancelled(e)) {
        throw new RunFailedException(Crew.nobodyCame(spark.getConf(), 1, config), e);
      }
      throw e;
    } finally {
      watching.interrupt();
      spark.sc().removeJobTag(jobTag);
    }
  }

  private boolean hasJob() {
    Set<Integer> active =
        Arrays.stream(spark.statusTracker().getActiveJobIds()).boxed().collect(Collectors.toSet());
    return Arrays.stream(spark.statusTracker().getJobIdsForTag(jobTag)).anyMatch(active::contains);
  }

  @Override
  public void run() {
    long lastSlotNanos = System.nanoTime();
    try {
      while (!spark.isStopped()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        if (SparkInternals.slots(spark) > 0 || !hasJob()) {
          lastSlotNanos = System.nanoTime();
        } else if (System.nanoTime() - lastSlotNanos > limitNanos) {
          gaveUp = true;
          spark.cancelJobsWithTag(jobTag);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the jobs are over
    }
  }
}

package io.lockstep.distributed;

import io.lockstep.data.ShardGroup;
import io.lockstep.training.RunPlan;
import io.lockstep.training.WorkerTeam;
import java.io.IOException;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * One Spark job whose barrier stage keeps a task per worker alive until the run is over. Each stage
 * has a coordinator, an endpoint and a token of its own: what a task of an earlier stage still says
 * reaches nobody.
 */
final class BarrierStage {
  /** How long a cancelled stage may take to end. */
  private static final long CANCEL_MILLIS = 20_000;

  private static final long CANCEL_POLL_MILLIS = 100;
  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

  private final SparkContext spark;
  private final JavaRDD<ShardGroup> groups;
  private final RunPlan plan;
  private final Coordinator coordinator;
  private final DistributedConfig config;
  private final Optional<AmongWorkers> amongWorkers;
  private final String jobTag;
  private final byte[] token = new byte[WireFormat.TOKEN_BYTES];

  /** Where an exchange among the workers is. */
  @FunctionalInterface
  interface AmongWorkers {
    CoordinatorAddress at(TransportExchange.Place driver);
  }

  /**
   * A stage with a worker for each group of shards.
   *
   * @param amongWorkers where the workers' exchange is, if it is one among themselves
   */
  BarrierStage(
      SparkContext spark,
      JavaRDD<ShardGroup> groups,
      RunPlan plan,
      Coordinator coordinator,
      DistributedConfig config,
      Optional<AmongWorkers> amongWorkers) {
    this.spark = spark;
    this.groups = groups;
    this.plan = plan;
    this.coordinator = coordinator;
    this.config = config;
    this.amongWorkers = amongWorkers;
    new SecureRandom().nextBytes(token);
    this.jobTag = OwnJobs.newTag();
  }

  /**
   * Runs until the coordinator says that the run is over, or why not.
   *
   * @throws WorkerLostException if another stage may go on
   */
  void run() throws InterruptedException {
    long workerWaitNanos = 2 * config.reportWaitNanos(); // the driver says first who was silent
    LaunchListener launches = new LaunchListener(jobTag, coordinator);
    spark.addSparkListener(launches);
    try {
      if (spark.isLocal() && amongWorkers.isEmpty()) {
        runAt(InProcessExchange.open(jobTag, coordinator, workerWaitNanos));
      } else {
        try (TransportEndpoint endpoint =
            new TransportEndpoint(spark.getConf(), coordinator, token)) {
          String host = spark.getConf().get("spark.driver.host");
          TransportExchange.Place driver =
              new TransportExchange.Place(host, endpoint.port(), token, workerWaitNanos);
          runAt(
              amongWorkers.<CoordinatorAddress>map(exchange -> exchange.at(driver)).orElse(driver));
        }
      }
    } finally {
      InProcessExchange.forget(jobTag);
      spark.removeSparkListener(launches);
    }
  }

  private void runAt(CoordinatorAddress place) throws InterruptedException {
    Thread job = new Thread(() -> submit(place), jobTag);
    job.setDaemon(true);
    job.start();
    try {
      coordinator.await(config.reportWaitNanos());
      if (!hasEnded(job)) { // a worker that did not hear of the end must not keep its slot
        spark.cancelJobsWithTag(jobTag);
      }
    } catch (RuntimeException | Error | InterruptedException e) {
      coordinator.end(e);
      boolean ended = cancel(job);
      if (e instanceof WorkerLostException lost && !ended) {
        throw new RunFailedException(
            String.format(
                "A worker was lost (%s), and its stage did not end within %d s of being cancelled."
                    + " %s",
                lost.getMessage(), CANCEL_MILLIS / 1_000, lost.remedy()),
            lost);
      }
      if (e instanceof InterruptedException || e instanceof RunStoppedException) {
        OwnJobs.end(spark, jobTag); // whose tasks may outlive it
      }
      throw e;
    }
  }

  private static boolean hasEnded(Thread job) throws InterruptedException {
    job.join(CANCEL_MILLIS);
    return !job.isAlive();
  }

  /** Whether the job ends in time; an interrupt does not shorten that. */
  private boolean cancel(Thread job) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CANCEL_MILLIS);
    Uninterrupted.run(
        () -> {
          while (job.isAlive() && System.nanoTime() < deadline) {
            spark.cancelJobsWithTag(jobTag); // again: the job may have been on its way
            job.join(CANCEL_POLL_MILLIS);
          }
        });
    return !job.isAlive();
  }

  private void submit(CoordinatorAddress place) {
    // This thread has inherited the caller's properties: job group, tags, pool, description.
    spark.addJobTag(jobTag);
    if (spark.getLocalProperty(DESCRIPTION) == null) {
      spark.setJobDescription("lockstep: train, barrier");
    }
    // In local mode the workers' threads do the driver's work, such as writing a checkpoint. They
    // hear of the end from the coordinator, so none is interrupted in the middle of that.
    spark.setLocalProperty(INTERRUPT_ON_CANCEL, String.valueOf(!spark.isLocal()));
    try {
      ClassTag<Long> tag = ClassTag$.MODULE$.apply(Long.class);
      groups.rdd().barrier().mapPartitions(task(plan, place), false, tag).collect();
      coordinator.fail(
          new IllegalStateException("the stage ended before the run did")); // else no-op
    } catch (Exception e) { // Spark throws its checked exception through an API that declares none
      RuntimeException lasting = SparkFailures.lasting("Spark ended the workers' stage", e);
      if (lasting != null) {
        coordinator.fail(lasting);
      } else {
        coordinator.lose(SparkFailures.ofTask(e), e);
      }
    } catch (Error e) {
      coordinator.fail(e);
    }
  }

  /** What each task runs; serialisable, and free of the driver's objects. */
  private interface Task extends Function1<Iterator<ShardGroup>, Iterator<Long>>, Serializable {}

  private static Task task(RunPlan plan, CoordinatorAddress place) {
    return shards -> {
      try {
        return CollectionConverters.asScala(List.of(work(shards.next(), plan, place)).iterator());
      } catch (IOException e) {
        throw new RunFailedException("A worker can't reach the driver: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunFailedException("A worker was interrupted", e);
      }
    };
  }

  /** Works until told to stop; returns the rounds done. */
  private static Long work(ShardGroup shards, RunPlan plan, CoordinatorAddress place)
      throws IOException, InterruptedException {
    try (WorkerTeam worker = new WorkerTeam(plan, shards, TaskContext.get().cpus());
        Exchange exchange = place.connect(TaskContext.getPartitionId())) {
      return exchange.serve(where(shards), worker::run);
    }
  }

  private static String where(ShardGroup shards) {
    return String.format(
        "executor %s on %s, shards %d to %d",
        SparkEnv.get().executorId(),
        SparkEnv.get().blockManager().blockManagerId().host(),
        shards.first(),
        shards.first() + shards.count() - 1);
  }
}

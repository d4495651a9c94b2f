package io.lockstep.distributed;

import io.lockstep.data.ShardGroup;
import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.Work;
import java.io.IOException;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.List;
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

  private final SparkContext spark;
  private final JavaRDD<ShardGroup> groups;
  private final RunPlan plan;
  private final Coordinator coordinator;
  private final DistributedConfig config;
  private final String jobGroup;
  private final byte[] token = new byte[WireFormat.TOKEN_BYTES];

  /** A stage with a worker for each group of shards. */
  BarrierStage(
      SparkContext spark,
      JavaRDD<ShardGroup> groups,
      RunPlan plan,
      Coordinator coordinator,
      DistributedConfig config) {
    this.spark = spark;
    this.groups = groups;
    this.plan = plan;
    this.coordinator = coordinator;
    this.config = config;
    new SecureRandom().nextBytes(token);
    this.jobGroup = "lockstep-" + System.nanoTime();
  }

  /**
   * Runs until the coordinator says that the run is over, or why not.
   *
   * @throws WorkerLostException if another stage may go on
   */
  void run() throws InterruptedException {
    long workerWaitNanos = 2 * config.reportWaitNanos(); // the driver says first who was silent
    Placement placement = new Placement(jobGroup, coordinator);
    spark.addSparkListener(placement);
    try {
      if (spark.isLocal()) {
        runAt(InProcessExchange.open(jobGroup, coordinator, workerWaitNanos));
      } else {
        try (TransportEndpoint endpoint =
            new TransportEndpoint(spark.getConf(), coordinator, token)) {
          String host = spark.getConf().get("spark.driver.host");
          runAt(new TransportExchange.Place(host, endpoint.port(), token, workerWaitNanos));
        }
      }
    } finally {
      InProcessExchange.forget(jobGroup);
      spark.removeSparkListener(placement);
    }
  }

  private void runAt(MeetingPlace place) throws InterruptedException {
    Thread job = new Thread(() -> submit(place), jobGroup);
    job.setDaemon(true);
    job.start();
    try {
      coordinator.await(config.reportWaitNanos());
      job.join(CANCEL_MILLIS);
      if (job.isAlive()) { // a worker that did not hear of the end must not keep its slot
        spark.cancelJobGroupAndFutureJobs(jobGroup);
      }
    } catch (RuntimeException | Error | InterruptedException e) {
      coordinator.fail(e);
      spark.cancelJobGroupAndFutureJobs(jobGroup);
      job.join(CANCEL_MILLIS);
      if (job.isAlive() && e instanceof WorkerLostException lost) {
        throw new RunFailedException(
            String.format(
                "A worker was lost (%s), and its stage did not end within %d s of being cancelled."
                    + " %s",
                lost.getMessage(), CANCEL_MILLIS / 1_000, lost.remedy()),
            lost);
      }
      throw e;
    }
  }

  private void submit(MeetingPlace place) {
    spark.setJobGroup(jobGroup, "lockstep: train, barrier", true);
    try {
      ClassTag<Long> tag = ClassTag$.MODULE$.apply(Long.class);
      groups.rdd().barrier().mapPartitions(task(plan, place), false, tag).collect();
      coordinator.fail(
          new IllegalStateException("the stage ended before the run did")); // else no-op
    } catch (Exception e) { // Spark throws its checked exception through an API that declares none
      RuntimeException lasting = Causes.lasting("Spark ended the workers' stage", e);
      if (lasting != null) {
        coordinator.fail(lasting);
      } else {
        coordinator.lose(Causes.ofTask(e), e);
      }
    } catch (Error e) {
      coordinator.fail(e);
    }
  }

  /** What each task runs; serialisable, and free of the driver's objects. */
  private interface Task extends Function1<Iterator<ShardGroup>, Iterator<Long>>, Serializable {}

  private static Task task(RunPlan plan, MeetingPlace place) {
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
  private static Long work(ShardGroup shards, RunPlan plan, MeetingPlace place)
      throws IOException, InterruptedException {
    ShardWorker worker = new ShardWorker(plan, shards);
    long rounds = 0;
    try (Exchange exchange = place.connect(TaskContext.getPartitionId())) {
      Work work = exchange.join(where(shards));
      while (work.kind() != Work.Kind.STOP) {
        long start = System.nanoTime();
        List<RangeSum> sums = sums(worker, work, exchange);
        work = exchange.report(work.round(), sums, System.nanoTime() - start);
        rounds++;
      }
    }
    return rounds;
  }

  private static List<RangeSum> sums(ShardWorker worker, Work work, Exchange exchange)
      throws InterruptedException {
    try {
      return worker.run(work);
    } catch (RuntimeException e) {
      exchange.broke(e.toString());
      throw e;
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

package io.lockstep.distributed;

import io.lockstep.data.ShardGroup;
import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.io.IOException;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The {@link Synchronization#BARRIER} mode: one Spark job whose barrier stage keeps a task per
 * worker alive for the whole run.
 */
final class BarrierTraining {
  /** How long a cancelled stage may take to end. */
  private static final long CANCEL_MILLIS = 20_000;

  private BarrierTraining() {}

  /** Runs {@code session} to its end with a worker for each group of shards. */
  static void run(
      JavaSparkContext spark,
      JavaRDD<ShardGroup> groups,
      RunPlan plan,
      TrainingSession session,
      DistributedConfig config)
      throws InterruptedException {
    Coordinator coordinator =
        new Coordinator(session, plan.schedule().shards(), groups.getNumPartitions());
    byte[] token = new byte[WireFormat.TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    if (spark.sc().isLocal()) {
      String name = HexFormat.of().formatHex(token);
      MeetingPlace place = InProcessExchange.open(name, coordinator, workerWait(config));
      try {
        runStage(spark, groups, plan, coordinator, place, config);
      } finally {
        InProcessExchange.forget(name);
      }
    } else {
      try (TransportEndpoint endpoint =
          new TransportEndpoint(spark.getConf(), coordinator, token)) {
        MeetingPlace place =
            new TransportExchange.Place(
                spark.getConf().get("spark.driver.host"),
                endpoint.port(),
                token,
                workerWait(config));
        runStage(spark, groups, plan, coordinator, place, config);
      }
    }
  }

  /** Workers are more patient than the driver, so that the driver says who was silent. */
  private static long workerWait(DistributedConfig config) {
    return 2 * config.reportWaitNanos();
  }

  private static void runStage(
      JavaSparkContext spark,
      JavaRDD<ShardGroup> groups,
      RunPlan plan,
      Coordinator coordinator,
      MeetingPlace place,
      DistributedConfig config)
      throws InterruptedException {
    SparkContext context = spark.sc();
    String jobGroup = "lockstep-" + System.nanoTime();
    Thread stage =
        new Thread(
            () -> {
              context.setJobGroup(jobGroup, "lockstep: train, barrier", true);
              try {
                ClassTag<Long> tag = ClassTag$.MODULE$.apply(Long.class);
                groups.rdd().barrier().mapPartitions(task(plan, place), false, tag).collect();
                coordinator.fail(
                    new IllegalStateException("the stage ended before the run did")); // else no-op
              } catch (Exception e) {
                coordinator.fail(Causes.explained("A worker was lost, and its stage with it", e));
              } catch (Error e) {
                coordinator.fail(e);
              }
            },
            jobGroup);
    stage.setDaemon(true);
    stage.start();
    try {
      coordinator.await(config.reportWaitNanos());
    } catch (RuntimeException | Error | InterruptedException e) {
      coordinator.fail(e);
      context.cancelJobGroup(jobGroup);
      throw e;
    } finally {
      stage.join(CANCEL_MILLIS);
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
    int number = TaskContext.getPartitionId();
    ShardWorker worker = new ShardWorker(plan, shards);
    long rounds = 0;
    try (Exchange exchange = place.connect(number)) {
      Work work = exchange.join(where(shards));
      while (work.kind() != Work.Kind.STOP) {
        long start = System.nanoTime();
        List<RangeSum> sums = worker.run(work);
        work = exchange.report(work.round(), sums, System.nanoTime() - start);
        rounds++;
      }
    }
    return rounds;
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

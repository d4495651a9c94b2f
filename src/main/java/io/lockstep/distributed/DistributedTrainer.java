package io.lockstep.distributed;

import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs a session over sharded data: the distributed twin of {@code LocalTrainer}. */
public final class DistributedTrainer {
  private DistributedTrainer() {}

  /**
   * Runs {@code session} to its end on the executors that hold {@code data}. In barrier mode a lost
   * worker is replaced, or its shards go to the others, and the run goes on from the session's
   * current work; in job mode that is Spark's business.
   *
   * @param data whose cache is dropped if fewer workers must share it; the caller closes it
   * @param crew how many workers, and how they meet
   * @throws RunFailedException if workers are lost more often than {@code config} allows, or no
   *     slot is left
   * @throws RunStoppedException if this thread is interrupted, or the run's Spark job cancelled
   */
  public static TrainingResult train(
      JavaSparkContext spark,
      ShardedData data,
      RunPlan plan,
      TrainingSession session,
      Crew crew,
      DistributedConfig config) {
    try {
      if (crew.synchronization() == Synchronization.BARRIER) {
        BarrierTraining.run(spark, data, plan, session, crew, config);
      } else {
        SlotWatch.guard(
            spark,
            config,
            () -> {
              JobTraining.run(spark, data.groups(), plan, session);
              return null;
            });
      }
    } catch (InterruptedException e) { // in job mode undeclared, from the making of a broadcast
      throw SparkFailures.interrupted(e);
    }
    return session.result();
  }
}

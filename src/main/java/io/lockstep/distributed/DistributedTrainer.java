package io.lockstep.distributed;

import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs a session over sharded data: the distributed twin of {@code LocalTrainer}. */
public final class DistributedTrainer {
  private DistributedTrainer() {}

  /**
   * Runs {@code session} to its end on the executors that hold {@code data}.
   *
   * @param crew how many workers, and how they meet
   * @throws RunFailedException if a worker is lost or silent
   */
  public static TrainingResult train(
      JavaSparkContext spark,
      ShardedData data,
      RunPlan plan,
      TrainingSession session,
      Crew crew,
      DistributedConfig config) {
    if (crew.synchronization() == Synchronization.BARRIER) {
      try {
        BarrierTraining.run(spark, data.groups(), plan, session, config);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunFailedException("Training was interrupted.", e);
      }
    } else {
      JobTraining.run(spark, data.groups(), plan, session);
    }
    return session.result();
  }
}

package io.lockstep.cli;

import io.lockstep.data.Split;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedTrainer;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A run that leaves no folder: what {@code bench} and {@code baseline} time. */
final class TimedRun {
  private TimedRun() {}

  /**
   * Trains as {@code config} says, telling {@code listener}.
   *
   * @param maxSteps ends the run early; 0 for all epochs
   */
  static void train(
      SparkSession session,
      DataChoice choice,
      RunConfig config,
      long maxSteps,
      TrainingListener listener) {
    Network network = Network.of(config.network());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Crew crew = Crew.resolve(context, config.distributed(), config.training().shards());
    try (ShardedData sharded =
        ShardedData.deal(
            choice.sources(session, network),
            config.deal(network, crew.workers()),
            config.distributed())) {
      RunPlan plan = config.plan(network, sharded.rows().get(Split.TRAIN));
      float[] weights = config.init().draw(network, config.training().seeds());
      TrainingSession steps =
          new TrainingSession(config.training(), plan, weights, false, maxSteps, listener);
      DistributedTrainer.train(context, sharded, plan, steps, crew, config.distributed());
    }
  }
}

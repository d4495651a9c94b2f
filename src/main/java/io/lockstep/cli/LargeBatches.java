package io.lockstep.cli;

import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.Synchronization;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Network;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.study.LargeBatch;
import io.lockstep.training.Sgd;
import io.lockstep.training.TrainingDivergedException;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Trains mlp-fixed with batches of several sizes. Its learning rate grows with the batch, and from
 * a fraction of that over the first epoch, as in Goyal et al., "Accurate, Large Minibatch SGD"
 * (arXiv:1706.02677v2), sections 2.1 and 2.2.
 */
record LargeBatches(SparkSession session, DataChoice choice, int workers) {
  private static final String NAME = "mlp-fixed";
  private static final int EPOCHS = 5;

  /** What MNIST and the generated digits have to train on. */
  private static final int ROWS = 60_000;

  /** What is trained. */
  static Network network() {
    return Network.of(BenchCommand.shipped(NAME).network());
  }

  /** What a run with steps of {@code batch} images comes to. */
  LargeBatch train(int batch) {
    RunConfig own = BenchCommand.shipped(NAME);
    Sgd sgd = (Sgd) own.training().optimizer();
    double rate = sgd.learningRate() * batch / own.training().batchSize();
    RunConfig config =
        BenchCommand.shipped(
            NAME,
            "training.epochs=" + EPOCHS,
            "training.batchSize=" + batch,
            "training.testEveryEpoch=false",
            "training.schedule={warmup {steps = " + Math.max(1, ROWS / batch) + "}}",
            "training.optimizer.sgd.learningRate=" + rate);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    DistributedConfig crew = config.distributed().withCrew(workers, Synchronization.BARRIER);
    RunDescription description = RunDescription.of(config.withDistributed(crew));
    try {
      TrainingResult result =
          LiveRun.trainWhole(
              description, spark, choice.rows(description.network()), new TrainingListener() {});
      return new LargeBatch(
          batch,
          rate,
          EPOCHS,
          result.steps(),
          result.trainingNanos() / 1e9,
          OptionalDouble.of(result.test().accuracy()));
    } catch (TrainingDivergedException e) { // that is an answer, too
      return new LargeBatch(batch, rate, EPOCHS, 0, 0, OptionalDouble.empty());
    }
  }
}

package io.lockstep.distributed;

import io.lockstep.training.RunPlan;
import io.lockstep.training.StatePace;
import io.lockstep.training.TrainingSession;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The {@link Synchronization#BARRIER} mode: a barrier stage keeps a task per worker alive for the
 * whole run, or until a worker is lost and another stage goes on.
 */
final class BarrierTraining implements RecoveryLoop.Stages, AutoCloseable {
  private final JavaSparkContext spark;
  private final ShardedData callers;
  private final RunPlan plan;
  private final TrainingSession session;
  private final Crew wanted;
  private final DistributedConfig config;
  private ShardedData data;

  private BarrierTraining(
      JavaSparkContext spark,
      ShardedData data,
      RunPlan plan,
      TrainingSession session,
      Crew crew,
      DistributedConfig config) {
    this.spark = spark;
    this.callers = data;
    this.plan = plan;
    this.session = session;
    this.wanted = crew;
    this.config = config;
    this.data = data;
  }

  /** Runs {@code session} to its end. */
  static void run(
      JavaSparkContext spark,
      ShardedData data,
      RunPlan plan,
      TrainingSession session,
      Crew crew,
      DistributedConfig config)
      throws InterruptedException {
    if (crew.topology() == Topology.SLICES) {
      session.holdElsewhere(new StatePace(config.snapshotEvery()));
    }
    try (BarrierTraining stages = new BarrierTraining(spark, data, plan, session, crew, config)) {
      new RecoveryLoop(stages, session, config.maxRecoveries()).run();
    }
  }

  @Override
  public int workers() {
    return data.groups().getNumPartitions();
  }

  @Override
  public void run(Runnable afterRound) throws InterruptedException {
    if (wanted.topology() == Topology.SLICES) {
      runSlices(afterRound);
    } else {
      stage(new StarRounds(new ExpectedReports(plan, workers())), afterRound, Optional.empty());
    }
  }

  private void runSlices(Runnable afterRound) throws InterruptedException {
    List<float[]> vectors = session.vectors();
    SliceRounds rounds =
        new SliceRounds(
            new ExpectedReports(plan, workers(), 0),
            plan.network().parameterCount(),
            vectors.size());
    Broadcast<SliceStart> start = spark.broadcast(new SliceStart(session.steps(), vectors));
    try {
      stage(rounds, afterRound, Optional.of(start));
    } finally {
      Uninterrupted.destroy(start);
    }
  }

  private void stage(Rounds rounds, Runnable afterRound, Optional<Broadcast<SliceStart>> slices)
      throws InterruptedException {
    Coordinator coordinator = new Coordinator(session, rounds, workers(), afterRound);
    new BarrierStage(spark.sc(), data.groups(), plan, coordinator, config, slices).run();
  }

  @Override
  public void reform(WorkerLostException lost) {
    if (spark.sc().isStopped()) {
      throw new RunFailedException(
          "A worker was lost, and Spark has stopped: " + lost.getMessage() + ".", lost);
    }
    for (String executor : lost.silentExecutors()) {
      SparkInternals.replaceExecutor(spark.sc(), executor);
    }
    int workers = wanted.reformed(spark, config).workers();
    if (workers != workers()) {
      data.drop();
      data = data.dealtTo(workers);
    }
    data.restore(spark, config);
  }

  /** Drops what was dealt anew; the rest is the caller's to close. */
  @Override
  public void close() {
    if (data != callers) {
      data.drop();
    }
  }
}

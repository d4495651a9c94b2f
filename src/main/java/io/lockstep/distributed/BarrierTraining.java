package io.lockstep.distributed;

import io.lockstep.training.ReportPace;
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
    StatePace pace = new StatePace(config.snapshotEvery());
    switch (crew.topology()) {
      case SLICES -> session.holdElsewhere(pace);
      case PEERS -> session.holdElsewhere(pace, new ReportPace());
      case DRIVER, AUTO -> {}
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
    if (wanted.topology() == Topology.DRIVER) {
      stage(new StarRounds(new ExpectedReports(plan, workers())), afterRound, Optional.empty());
    } else {
      runHeldByWorkers(afterRound);
    }
  }

  private void runHeldByWorkers(Runnable afterRound) throws InterruptedException {
    List<float[]> vectors = session.vectors();
    CountedRounds rounds =
        new CountedRounds(
            new ExpectedReports(plan, workers(), 0),
            plan.network().parameterCount(),
            vectors.size());
    Broadcast<HeldState> start = spark.broadcast(new HeldState(session.steps(), vectors));
    try {
      stage(rounds, afterRound, Optional.of(driver -> place(driver, start)));
    } finally {
      Uninterrupted.destroy(start);
    }
  }

  private CoordinatorAddress place(TransportExchange.Place driver, Broadcast<HeldState> start) {
    return new HeldPlace(wanted.topology(), driver, plan, start, workers());
  }

  private void stage(
      Rounds rounds, Runnable afterRound, Optional<BarrierStage.AmongWorkers> amongWorkers)
      throws InterruptedException {
    Coordinator coordinator = new Coordinator(session, rounds, workers(), afterRound);
    new BarrierStage(spark.sc(), data.groups(), plan, coordinator, config, amongWorkers).run();
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

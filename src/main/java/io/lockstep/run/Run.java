package io.lockstep.run;

import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Split;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedTrainer;
import io.lockstep.distributed.DriverMemory;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A run that is ready to train: its description, who works at it, and its rows, dealt. This is the
 * one place where they are put together.
 */
public final class Run implements AutoCloseable {
  private final RunDescription description;
  private final JavaSparkContext spark;
  private final Crew crew;
  private final ShardedData data;
  private final RunPlan plan;
  private final RunIdentity identity;

  private Run(RunDescription description, JavaSparkContext spark, Crew crew, ShardedData data) {
    this.description = description;
    this.spark = spark;
    this.crew = crew;
    this.data = data;
    this.plan = description.plan(data.rows().get(Split.TRAIN));
    this.identity = description.identity(data.fingerprint());
  }

  /**
   * Finds the run's workers, and deals its rows to them.
   *
   * @param crewIsKnown hears who they are before the rows are dealt
   * @throws io.lockstep.base.InvalidInputException if the run and the cluster don't fit each other,
   *     or a row has a defect
   * @throws io.lockstep.distributed.RunFailedException if no executor comes
   */
  public static Run assemble(
      RunDescription description,
      JavaSparkContext spark,
      RowSource rows,
      Consumer<Crew> crewIsKnown) {
    RunConfig config = description.config();
    int parameters = description.network().parameterCount();
    Crew crew =
        Crew.resolve(spark, config.distributed(), config.training().shards())
            .exchanging(spark, config.distributed(), config.training(), parameters);
    crewIsKnown.accept(crew);
    DriverMemory.require(parameters, config.training(), spark, crew);
    ShardedData data = rows.deal(spark, description.deal(crew.workers()), config.distributed());
    try {
      return new Run(description, spark, crew, data);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  public RunDescription description() {
    return description;
  }

  /** Who works at it. */
  public Crew crew() {
    return crew;
  }

  /** How many rows there are of {@code split}. */
  public long rows(Split split) {
    return data.rows().get(split);
  }

  /** Bytes that a row takes in a worker's memory, on average. */
  public double bytesPerRow() {
    return (double) data.bytes() / data.rows().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes that the rows of one worker take, at most. */
  public long mostBytesOfAWorker() {
    return data.mostBytesOfAWorker();
  }

  /** Whether the workers' rows are in files that are mapped into memory. */
  public boolean keepsRowsInFiles() {
    return data.files();
  }

  /** Whether there are rows to validate on. */
  public boolean validates() {
    return rows(Split.VALIDATION) > 0;
  }

  public int stepsPerEpoch() {
    return plan.schedule().stepsPerEpoch();
  }

  /** The step after which it ends. */
  public long lastStep() {
    return plan.lastStep(description.maxSteps());
  }

  /** Which rows it is of. */
  public DataFingerprint fingerprint() {
    return identity.data().orElseThrow();
  }

  /** What decides its bits. */
  public RunIdentity identity() {
    return identity;
  }

  /**
   * Who writes its checkpoints, once it is told of the steps.
   *
   * @param start that it trains from
   * @param beforeWriting saves what a resumed run counts on beside the checkpoint
   */
  public CheckpointWriter checkpointWriter(
      Checkpoints checkpoints, Start start, Runnable beforeWriting) {
    return new CheckpointWriter(
        checkpoints,
        description.config().checkpoints(),
        identity,
        start.checkpoint(),
        beforeWriting);
  }

  /**
   * Trains to the end.
   *
   * @throws io.lockstep.base.InvalidInputException if {@code start} is of another run
   * @throws io.lockstep.distributed.RunFailedException if the cluster fails
   * @throws io.lockstep.training.TrainingDivergedException if the loss is no longer finite
   */
  public TrainingResult train(Start start, TrainingListener listener) {
    start.requireOf(identity);
    TrainingSession session = start.session(description, plan, validates(), listener);
    return DistributedTrainer.train(
        spark, data, plan, session, crew, description.config().distributed());
  }

  /** What {@code result} is the end of: the trained network. */
  public TrainedNetwork trained(TrainingResult result) {
    return new TrainedNetwork(
        description.network(), description.config().data().normalization(), result.weights());
  }

  /** Lets go of the rows. */
  @Override
  public void close() {
    data.close();
  }
}

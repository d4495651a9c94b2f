package io.lockstep.training;

import io.lockstep.data.ShardGroup;

/**
 * The plain reference: one thread, one shard after the other, no Spark. Every distributed run must
 * end with the same bits.
 */
public final class LocalTrainer {
  private LocalTrainer() {}

  /** Runs {@code session} to its end on {@code shards}, which must hold all of the run's shards. */
  public static TrainingResult train(TrainingSession session, RunPlan plan, ShardGroup shards) {
    ShardWorker worker = new ShardWorker(plan, shards);
    while (session.work().kind() != Work.Kind.STOP) {
      long start = System.nanoTime();
      WorkSum total = ShardTree.root(shards.count(), worker.run(session.work()));
      session.complete(total, System.nanoTime() - start);
    }
    return session.result();
  }
}

package io.lockstep.distributed;

import io.lockstep.training.Recovery;
import io.lockstep.training.TrainingSession;

/**
 * Runs barrier stages until the run is over. Spark does not retry a barrier stage that fails, and
 * need not: the session on the driver holds weights, optimizer and position, or those of some steps
 * ago where the workers hold the newest, so that the next stage goes on from there and not a bit of
 * the result changes.
 */
final class RecoveryLoop {
  /** What the loop does on the cluster. */
  interface Stages {
    /**
     * Runs one stage, until the run is over.
     *
     * @param afterRound called after each completed round, one call at a time
     * @throws WorkerLostException if another stage may go on; this one has then ended
     */
    void run(Runnable afterRound) throws InterruptedException;

    /** Workers of the next stage. */
    int workers();

    /**
     * Gathers the workers of the next stage.
     *
     * @throws RuntimeException if there can be none
     */
    void reform(WorkerLostException lost);
  }

  private final Stages stages;
  private final TrainingSession session;
  private final int maxRecoveries;
  private int losses;
  private volatile long lastRoundNanos = System.nanoTime();
  private volatile Pending pending;

  /** A recovery that has not completed a round yet. */
  private record Pending(
      int epoch, long steps, String lost, int workersBefore, int workersAfter, long sinceNanos) {}

  RecoveryLoop(Stages stages, TrainingSession session, int maxRecoveries) {
    this.stages = stages;
    this.session = session;
    this.maxRecoveries = maxRecoveries;
  }

  /**
   * Runs the session to its end.
   *
   * @throws RunFailedException if workers are lost more often than allowed
   */
  void run() throws InterruptedException {
    while (true) {
      try {
        stages.run(this::afterRound);
        return;
      } catch (WorkerLostException lost) {
        reportPending(System.nanoTime());
        recover(lost);
      }
    }
  }

  private void recover(WorkerLostException lost) {
    losses++;
    if (losses > maxRecoveries) {
      throw new RunFailedException(tooManyLosses(lost), lost);
    }
    long sinceNanos = lastRoundNanos;
    int workersBefore = stages.workers();
    sinceNanos -= session.rollBack();
    stages.reform(lost);
    pending =
        new Pending(
            session.work().epoch(),
            session.steps(),
            lost.getMessage(),
            workersBefore,
            stages.workers(),
            sinceNanos);
  }

  private String tooManyLosses(WorkerLostException lost) {
    return String.format(
        "A worker was lost%s, in epoch %d after step %d: %s. distributed.maxRecoveries = %d. %s",
        losses == 1 ? "" : " for the " + losses + ". time",
        session.work().epoch(),
        session.steps(),
        lost.getMessage(),
        maxRecoveries,
        lost.remedy());
  }

  private void afterRound() {
    long now = System.nanoTime();
    reportPending(now);
    lastRoundNanos = now;
  }

  private void reportPending(long now) {
    Pending last = pending;
    if (last != null) {
      pending = null;
      session.recovered(
          new Recovery(
              losses,
              last.epoch,
              last.steps,
              last.lost,
              last.workersBefore,
              last.workersAfter,
              now - last.sinceNanos));
      lastRoundNanos = now; // a loss right after this one is counted from here
    }
  }
}

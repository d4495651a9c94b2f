package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.training.Recovery;
import io.lockstep.training.ShardTree;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The loop over stages that fail where the test says. */
class RecoveryLoopTest {
  private static final SmallRun RUN = new SmallRun(60, 20, 1, true);
  private static final ShardGroup SHARDS =
      Dealer.group(
          Digits.draw(Split.TRAIN, RUN.trainRows()),
          Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
          RUN.shards());

  private final List<Recovery> told = new ArrayList<>();
  private final TrainingSession session =
      RUN.session(
          new TrainingListener() {
            @Override
            public void onRecovery(Recovery recovery) {
              told.add(recovery);
            }
          });

  /** Each stage does as many rounds as its number is given, and is then lost; the last goes on. */
  private final class FailingStages implements RecoveryLoop.Stages {
    private final List<Integer> rounds;
    private final Function<String, RuntimeException> failure;
    private int stage;
    private int workers = 4;

    private FailingStages(Function<String, RuntimeException> failure, Integer... rounds) {
      this.rounds = List.of(rounds);
      this.failure = failure;
    }

    @Override
    public void run(Runnable afterRound) {
      ShardWorker worker = new ShardWorker(RUN.plan(), SHARDS);
      for (int round = 0; session.work().kind() != Work.Kind.STOP; round++) {
        if (stage < rounds.size() && round == rounds.get(stage)) {
          throw failure.apply("worker " + stage);
        }
        session.complete(ShardTree.root(1, worker.run(session.work())), 1);
        afterRound.run();
      }
    }

    @Override
    public int workers() {
      return workers;
    }

    @Override
    public void reform(WorkerLostException lost) {
      assertEquals("worker " + stage, lost.getMessage());
      stage++;
      workers /= 2;
    }
  }

  private static WorkerLostException lost(String who) {
    return new WorkerLostException(who, "Look there.", Set.of(), null);
  }

  @Test
  void run_twoLosses_goesOnFromTheCurrentStepWithTheSameBits() throws Exception {
    long start = System.nanoTime();
    new RecoveryLoop(new FailingStages(RecoveryLoopTest::lost, 2, 3), session, 2).run();
    long all = System.nanoTime() - start;

    assertEquals(RUN.local(), SmallRun.bits(session.result()));
    assertEquals(
        List.of(
            new Recovery(1, 1, 2, "worker 0", 4, 2, told.get(0).lostNanos()),
            new Recovery(2, 2, 4, "worker 1", 2, 1, told.get(1).lostNanos())),
        told);
    long lostNanos = told.get(0).lostNanos() + told.get(1).lostNanos();
    assertTrue(told.get(0).lostNanos() > 0 && told.get(1).lostNanos() > 0, "time passed");
    assertTrue(lostNanos < all, () -> lostNanos + " ns of " + all);
  }

  @Test
  void run_lossBeforeTheFirstRound_isReportedOnceWithItsOwnTime() throws Exception {
    new RecoveryLoop(new FailingStages(RecoveryLoopTest::lost, 0, 0, 1), session, 3).run();

    assertEquals(RUN.local(), SmallRun.bits(session.result()));
    assertEquals(List.of(1, 2, 3), told.stream().map(Recovery::number).toList());
    assertEquals(List.of(0L, 0L, 1L), told.stream().map(Recovery::steps).toList());
  }

  @Test
  void run_moreLossesThanAllowed_endsTheRunAndNamesTheLast() {
    RecoveryLoop loop =
        new RecoveryLoop(new FailingStages(RecoveryLoopTest::lost, 1, 1, 1), session, 2);

    RunFailedException e = assertThrows(RunFailedException.class, loop::run);

    assertEquals(
        "A worker was lost for the 3. time, in epoch 1 after step 3: worker 2."
            + " distributed.maxRecoveries = 2. Look there.",
        e.getMessage());
    assertEquals(2, told.size());
  }

  @Test
  void run_noRecoveryAllowed_endsAtTheFirstLoss() {
    RecoveryLoop loop = new RecoveryLoop(new FailingStages(RecoveryLoopTest::lost, 1), session, 0);

    RunFailedException e = assertThrows(RunFailedException.class, loop::run);

    assertEquals(
        "A worker was lost, in epoch 1 after step 1: worker 0. distributed.maxRecoveries = 0. Look"
            + " there.",
        e.getMessage());
    assertEquals(List.of(), told);
  }

  @Test
  void run_anyOtherFailure_isNotRecoveredFrom() {
    RecoveryLoop loop =
        new RecoveryLoop(new FailingStages(IllegalStateException::new, 1), session, 2);

    IllegalStateException e = assertThrows(IllegalStateException.class, loop::run);

    assertEquals("worker 0", e.getMessage());
    assertEquals(1, session.steps());
  }
}

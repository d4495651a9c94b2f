package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private int rounds;
  private final Coordinator coordinator =
      new Coordinator(
          new SmallRun(20, 10, 2, false).session(TrainingListener.NONE),
          new SmallRun(20, 10, 2, false).plan(),
          2,
          () -> rounds++);
  private final List<Work> received = new ArrayList<>();

  @Test
  void await_workerThatNeverStarts_isNamedWithinTheLimit() {
    coordinator.join(0, "executor 7 on somewhere", received::add);

    WorkerLostException e =
        assertThrows(
            WorkerLostException.class, () -> coordinator.await(TimeUnit.MILLISECONDS.toNanos(1)));

    assertEquals("no report of worker 1 (never started) for 0 s", e.getMessage());
    assertEquals(
        "Look at that executor's log, or raise distributed.reportWaitSeconds if its work takes"
            + " longer.",
        e.remedy());
    assertEquals(Set.of(), e.silentExecutors());
    assertEquals(Work.Kind.STOP, received.get(0).kind(), "who waited is told to stop");
  }

  @Test
  void join_allWorkers_getTheFirstStep() {
    coordinator.join(0, "a", received::add);
    assertEquals(List.of(), received);

    coordinator.join(1, "b", received::add);

    assertEquals(2, received.size());
    assertEquals(Work.Kind.GRADIENT, received.get(0).kind());
    assertEquals(1, received.get(1).round());
  }

  @Test
  void join_theLastWorker_isAnsweredAfterAllOthers() {
    Coordinator ofFour =
        new Coordinator(
            new SmallRun(20, 10, 4, false).session(TrainingListener.NONE),
            new SmallRun(20, 10, 4, false).plan(),
            4,
            () -> {});
    List<Integer> answered = new ArrayList<>();
    for (int worker : List.of(0, 3, 2, 1)) {
      ofFour.join(worker, "somewhere", work -> answered.add(worker));
    }

    assertEquals(4, answered.size());
    assertEquals(1, answered.get(3));
  }

  @Test
  void report_ofAnotherRound_endsTheRun() {
    coordinator.join(0, "executor 7 on somewhere", received::add);
    coordinator.report(1, 5, List.of(), 0, received::add);

    RunFailedException e =
        assertThrows(
            RunFailedException.class, () -> coordinator.await(TimeUnit.SECONDS.toNanos(1)));

    assertEquals(
        "Worker 1 (never started) reported round 5, but the run is in round 0. Two stages of the"
            + " same run must not be alive at once.",
        e.getMessage());
  }

  @Test
  void report_afterTheEnd_isToldToStop() {
    coordinator.fail(new RunFailedException("over"));

    coordinator.report(0, 1, List.of(), 0, received::add);

    assertEquals(Work.Kind.STOP, received.get(0).kind());
  }

  @Test
  void await_workerLaunchedThatNeverJoins_isNamedWithItsExecutor() {
    coordinator.launched(0, "7", "somewhere");
    coordinator.launched(1, "8", "elsewhere");
    coordinator.join(0, "executor 7 on somewhere, shards 0 to 0", received::add);

    WorkerLostException e =
        assertThrows(
            WorkerLostException.class, () -> coordinator.await(TimeUnit.MILLISECONDS.toNanos(1)));

    assertEquals(
        "no report of worker 1 (launched on executor 8 on elsewhere, but never joined) for 0 s",
        e.getMessage());
    assertEquals(Set.of("8"), e.silentExecutors());
  }

  @Test
  void await_allSilentButAllWaitForOne_blamesThatOneAlone() {
    for (int worker = 0; worker < 2; worker++) {
      coordinator.launched(worker, "" + (7 + worker), "somewhere");
      coordinator.join(worker, "executor " + (7 + worker) + " on somewhere", received::add);
    }
    coordinator.waits(Set.of(1), received::add);
    coordinator.waits(Set.of(0, 1), received::add);

    WorkerLostException e =
        assertThrows(
            WorkerLostException.class, () -> coordinator.await(TimeUnit.MILLISECONDS.toNanos(1)));

    assertEquals("no report of worker 1 (executor 8 on somewhere) for 0 s", e.getMessage());
    assertEquals(Set.of("8"), e.silentExecutors());
  }

  @Test
  void lose_executorThatSparkNames_namesItsWorkers() {
    coordinator.launched(1, "8", "elsewhere");
    coordinator.join(1, "executor 8 on elsewhere, shards 1 to 1", received::add);
    coordinator.lose(
        "ExecutorLostFailure (executor 8 exited caused by one of the running tasks) Reason: Command"
            + " exited with code 137",
        new IllegalStateException("by Spark"));

    WorkerLostException e = assertThrows(WorkerLostException.class, () -> coordinator.await(1));

    assertEquals(
        "worker 1 (executor 8 on elsewhere, shards 1 to 1): Command exited with code 137",
        e.getMessage());
    assertEquals("by Spark", e.getCause().getMessage());
  }

  @Test
  void broke_worker_endsTheRunWithItsReason() {
    coordinator.join(0, "executor 7 on somewhere", received::add);

    coordinator.broke(0, "java.lang.ArithmeticException: / by zero", received::add);

    RunFailedException e = assertThrows(RunFailedException.class, () -> coordinator.await(1));
    assertEquals(
        "Worker 0 (executor 7 on somewhere) failed in epoch 1, after step 0:"
            + " java.lang.ArithmeticException: / by zero",
        e.getMessage());
    assertEquals(
        List.of(Work.Kind.STOP, Work.Kind.STOP), received.stream().map(Work::kind).toList());
  }

  @Test
  void report_ofAZombie_doesNotTouchTheSession() {
    SmallRun run = new SmallRun(20, 10, 1, false);
    TrainingSession session = run.session(TrainingListener.NONE);
    Coordinator old = new Coordinator(session, run.plan(), 1, () -> rounds++);
    old.join(0, "executor 7 on somewhere", received::add);
    float[] before = session.work().weights().clone();
    old.lose("gone", new IllegalStateException("by Spark"));

    GradientSum late = new GradientSum(SmallRun.NETWORK.parameterCount());
    old.report(0, 1, List.of(new RangeSum(0, 1, late)), 0, received::add);

    assertEquals(Work.Kind.STOP, received.get(1).kind());
    assertEquals(0, session.steps());
    assertEquals(0, rounds);
    assertArrayEquals(before, session.work().weights());
  }

  @Test
  void report_driversWorkThrowsAnUndeclaredCheckedException_endsTheRunWithIt() {
    SmallRun run = new SmallRun(20, 10, 1, false);
    Coordinator failing =
        new Coordinator(
            run.session(TrainingListener.NONE),
            run.plan(),
            1,
            () -> CoordinatorTest.<RuntimeException>throwUnchecked(new IOException("disk full")));
    failing.join(0, "executor 7 on somewhere", received::add);
    GradientSum sum = new GradientSum(new float[SmallRun.NETWORK.parameterCount()], 1, 1, 10, 10);

    failing.report(0, 1, List.of(new RangeSum(0, 1, sum)), 0, received::add);

    RunFailedException e = assertThrows(RunFailedException.class, () -> failing.await(1));
    assertEquals("disk full", e.getMessage());
    assertEquals(Work.Kind.STOP, received.get(1).kind());
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void throwUnchecked(Exception e) throws E {
    throw (E) e;
  }
}

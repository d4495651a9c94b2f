package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.training.TrainingListener;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private final Coordinator coordinator =
      new Coordinator(new SmallRun(20, 10, 2, false).session(TrainingListener.NONE), 2, 2);
  private final List<Work> received = new ArrayList<>();

  @Test
  void await_workerThatNeverStarts_isNamedWithinTheLimit() {
    coordinator.join(0, "executor 7 on somewhere", received::add);

    RunFailedException e =
        assertThrows(
            RunFailedException.class, () -> coordinator.await(TimeUnit.MILLISECONDS.toNanos(1)));

    assertEquals(
        "No report of worker 1 (never started) for 0 s, in epoch 1, step 1. Look at that executor's"
            + " log, or raise distributed.reportWaitSeconds if its work takes longer.",
        e.getMessage());
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
}

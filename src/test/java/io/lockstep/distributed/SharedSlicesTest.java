package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.Slicing;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSlicesTest {
  private static final int LENGTH = 100 * Slicing.SLICE + 17;

  private final SharedSlices slices = new SharedSlices();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread[] helpers = new Thread[3];

  @BeforeEach
  void startHelpers() {
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] =
          new Thread(
              () -> {
                while (!over.get()) {
                  slices.help();
                }
              });
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  @AfterEach
  void stopHelpers() throws InterruptedException {
    over.set(true);
    for (Thread helper : helpers) {
      helper.join();
    }
  }

  @Test
  void run_withHelpers_coversEachValueOnceBeforeItReturns() {
    for (int length : new int[] {0, 1, Slicing.SLICE, Slicing.SLICE + 1, LENGTH}) {
      int[] times = new int[length];
      for (int round = 1; round <= 50; round++) {
        slices.run(
            length,
            (from, to) -> {
              for (int i = from; i < to; i++) {
                times[i]++;
              }
            });
        int[] expected = new int[length];
        Arrays.fill(expected, round);
        assertArrayEquals(expected, times);
      }
    }
  }

  @Test
  void run_partThatFails_failsInTheThreadThatHasTheWork() {
    AtomicInteger parts = new AtomicInteger();

    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                slices.run(
                    LENGTH,
                    (from, to) -> {
                      parts.incrementAndGet();
                      throw new IllegalStateException("no such value");
                    }));

    assertEquals("no such value", e.getMessage());
    assertEquals(101, parts.get());
    for (Thread helper : helpers) {
      assertTrue(helper.isAlive());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"optimizer {sgd {momentum = 0.5}}", SmallRun.EVERYTHING})
  void complete_stepsSharedByThreads_haveTheBitsOfTheReference(String training) {
    SmallRun run = new SmallRun(SmallRun.MLP, 130, 20, 4, true, training);
    TrainingSession session = run.session(TrainingListener.NONE);
    ShardWorker worker =
        new ShardWorker(
            run.plan(),
            Dealer.group(
                Digits.draw(Split.TRAIN, run.trainRows()),
                Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
                run.shards()));
    while (session.work().kind() != Work.Kind.STOP) {
      session.complete(worker.run(session.work()), 1, slices);
    }

    assertEquals(run.local(), SmallRun.bits(session.result()));
  }
}

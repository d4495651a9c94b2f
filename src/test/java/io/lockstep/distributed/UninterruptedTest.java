package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.Waiting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.memory.MemoryStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UninterruptedTest {
  @Test
  void run_interrupted_isDoneAgainAndKeepsTheInterrupt() {
    AtomicInteger tries = new AtomicInteger();

    Uninterrupted.run(
        () -> {
          if (tries.incrementAndGet() == 1) {
            Thread.currentThread().interrupt();
          }
          Thread.sleep(1);
        });

    assertEquals(2, tries.get());
    assertTrue(Thread.interrupted());
  }

  @Test
  void run_interruptedBefore_isDoneOnceAndKeepsTheInterrupt() {
    AtomicInteger tries = new AtomicInteger();
    Thread.currentThread().interrupt();

    Uninterrupted.run(
        () -> {
          tries.incrementAndGet();
          Thread.sleep(1);
        });

    assertEquals(1, tries.get());
    assertTrue(Thread.interrupted());
  }

  @Test
  @Tag("spark")
  void destroy_interruptedAllTheWhile_happensOnceAndKeepsTheInterrupt() {
    for (int i = 0; i < 20; i++) {
      Broadcast<float[]> shared = TestSpark.context().broadcast(new float[100]);
      interruptedAllTheWhile(() -> Uninterrupted.destroy(shared));
      assertTrue(Thread.interrupted());
      assertThrows(SparkException.class, shared::value);
      awaitRemoval(shared.id());
    }
  }

  private static void awaitRemoval(long broadcast) {
    BlockId block = new BroadcastBlockId(broadcast, "piece0");
    MemoryStore memory = SparkEnv.get().blockManager().memoryStore();
    Waiting.await(60, () -> block + " is removed", () -> !memory.contains(block));
  }

  /** Runs {@code action} in this thread, which another one interrupts again and again. */
  private static void interruptedAllTheWhile(Runnable action) {
    Thread target = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread interrupter =
        new Thread(
            () -> {
              while (!done.get()) {
                target.interrupt();
                begun.countDown();
              }
            });
    interrupter.start();
    Uninterrupted.run(begun::await);
    try {
      action.run();
    } finally {
      done.set(true);
      Uninterrupted.run(interrupter::join);
    }
  }
}

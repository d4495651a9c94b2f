package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CoresTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void run_manyTimes_runsEachPartOnceEachTime(int count) {
    AtomicIntegerArray runs = new AtomicIntegerArray(count);
    int[] expected = new int[count];

    try (Cores cores = new Cores(count)) {
      for (int i = 1; i <= 500; i++) {
        cores.run(runs::incrementAndGet);
        if (i % 100 == 0) { // the helpers have given up their cores
          LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        Arrays.fill(expected, i);
        assertArrayEquals(expected, copy(runs));
      }
    }
  }

  private static int[] copy(AtomicIntegerArray values) {
    int[] copy = new int[values.length()];
    Arrays.setAll(copy, values::get);
    return copy;
  }

  @Test
  void run_partsThatNeedEachOther_runAtTheSameTime() {
    try (Cores cores = new Cores(3)) {
      CountDownLatch all = new CountDownLatch(3);
      cores.run(
          core -> {
            all.countDown();
            try {
              all.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertEquals(0, all.getCount());
    }
  }

  @Test
  void run_partsThatFail_throwsTheLowestAndGoesOn() {
    try (Cores cores = new Cores(4)) {
      RuntimeException own = new IllegalStateException("of core 2");

      RuntimeException thrown =
          assertThrows(
              RuntimeException.class,
              () ->
                  cores.run(
                      core -> {
                        if (core >= 2) {
                          throw core == 2 ? own : new IllegalStateException("of core " + core);
                        }
                      }));
      assertSame(own, thrown);

      Set<Integer> seen = ConcurrentHashMap.newKeySet();
      cores.run(seen::add);
      assertEquals(Set.of(0, 1, 2, 3), seen);
    }
  }

  @Test
  void run_errorOfAHelper_isThrown() {
    try (Cores cores = new Cores(2)) {
      assertThrows(
          AssertionError.class,
          () ->
              cores.run(
                  core -> {
                    if (core == 1) {
                      throw new AssertionError("on purpose");
                    }
                  }));
    }
  }

  @Test
  void run_checkedExceptionThrownUndeclared_isThrownAsTheCauseAndGoesOn() {
    try (Cores cores = new Cores(2)) {
      IOException own = new IOException("on purpose");

      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  cores.run(
                      core -> {
                        if (core == 1) {
                          throwUndeclared(own);
                        }
                      }));
      assertSame(own, e.getCause());
      assertEquals("A core failed: java.io.IOException: on purpose", e.getMessage());

      Set<Integer> seen = ConcurrentHashMap.newKeySet();
      cores.run(seen::add);
      assertEquals(Set.of(0, 1), seen);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void throwUndeclared(Throwable e) throws E {
    throw (E) e;
  }

  @Test
  void run_interruptedCaller_waitsForAllAndStaysInterrupted() {
    try (Cores cores = new Cores(2)) {
      Thread.currentThread().interrupt();
      boolean[] done = new boolean[1];
      cores.run(
          core -> {
            if (core == 1) {
              LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
              done[0] = true;
            }
          });
      assertTrue(done[0]);
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void close_helpers_end() throws InterruptedException {
    Set<Thread> helpers = ConcurrentHashMap.newKeySet();
    try (Cores cores = new Cores(3)) {
      cores.run(core -> helpers.add(Thread.currentThread()));
    }
    helpers.remove(Thread.currentThread());

    for (Thread helper : helpers) {
      helper.join();
    }
    assertEquals(
        2, helpers.stream().filter(helper -> !helper.isAlive()).collect(Collectors.toSet()).size());
  }
}

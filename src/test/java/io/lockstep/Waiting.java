package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting, with a limit, for what another thread or process does. */
public final class Waiting {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Waiting() {}

  /** Returns when {@code condition} holds, and fails after {@code seconds} without. */
  public static void await(long seconds, Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "too late: " + what.get());
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}

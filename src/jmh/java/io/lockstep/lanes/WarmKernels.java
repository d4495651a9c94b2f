package io.lockstep.lanes;

import java.util.concurrent.TimeUnit;

/** Waits for the vectors: until C2 has compiled them, {@link KernelChoice} hands out plain Java. */
public final class WarmKernels {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

  private WarmKernels() {}

  /** Returns once {@link KernelChoice#current()} is what a long run uses. */
  public static void await() throws InterruptedException {
    long start = System.nanoTime();
    while (KernelChoice.hasVectors() && KernelChoice.current() instanceof PlainKernels) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new IllegalStateException("C2 did not compile the vectors: nothing to measure");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}

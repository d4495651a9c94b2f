package io.lockstep.distributed;

import io.lockstep.training.Slicing;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slices that are done by the thread which has the work, and by those that happen to {@link #help}.
 * Nobody is waited for but who has begun a slice.
 */
final class SharedSlices implements Slicing {
  private volatile Job job;

  @Override
  public void run(int length, Part part) {
    if (length <= SLICE) {
      part.run(0, length);
      return;
    }
    Job own = new Job(length, part);
    job = own;
    try {
      own.work();
      own.await();
    } finally {
      job = null;
    }
  }

  /** Does slices of the work that there is, until none is left to begin. */
  void help() {
    Job others = job;
    if (others != null) {
      others.work();
    }
  }

  private static final class Job {
    private final int length;
    private final Part part;
    private final int slices;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Job(int length, Part part) {
      this.length = length;
      this.part = part;
      this.slices = Slicing.slices(length);
    }

    void work() {
      for (int i = begun.getAndIncrement(); i < slices; i = begun.getAndIncrement()) {
        try {
          Slicing.runSlice(i, length, part);
        } catch (RuntimeException | Error e) { // the step's, whoever met it: see await
          failure = e;
        } finally {
          done.incrementAndGet();
        }
      }
    }

    void await() {
      while (done.get() < slices) {
        Thread.onSpinWait();
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (RuntimeException) failure;
      }
    }
  }
}

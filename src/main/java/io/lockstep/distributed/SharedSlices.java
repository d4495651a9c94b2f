package io.lockstep.distributed;

import io.lockstep.training.Slicing;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slices that are done by the thread which has the work, and by those that happen to {@link #help}.
 * Nobody is waited for but who has begun a slice.
 */
final class SharedSlices implements Slicing {
  /**
   * How often threads take slices, at most and about: between cores that share no cache, each time
   * costs a quarter of a microsecond.
   */
  private static final int TURNS = 12;

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
    private final int turn;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Job(int length, Part part) {
      this.length = length;
      this.part = part;
      this.slices = Slicing.slices(length);
      this.turn = Math.max(1, slices / TURNS);
    }

    void work() {
      for (int i = begin(); i < slices; i = begin()) {
        int end = Math.min(slices, i + turn);
        for (int slice = i; slice < end; slice++) {
          run(slice);
        }
        done.addAndGet(end - i);
      }
    }

    /** Who only looks, again and again, leaves the count alone. */
    private int begin() {
      return begun.get() < slices ? begun.getAndAdd(turn) : slices;
    }

    private void run(int slice) {
      try {
        Slicing.runSlice(slice, length, part);
      } catch (RuntimeException | Error e) { // the step's, whoever met it: see await
        failure = e;
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

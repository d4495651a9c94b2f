package io.lockstep.training;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that do a piece of work together, again and again: the caller's and helpers of its own.
 * Between two pieces, microseconds apart in training, they look for the next one before they give
 * up their cores: a parked thread takes some fifty microseconds to wake.
 */
final class Cores implements AutoCloseable {
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final Thread[] helpers;
  private volatile Job job;
  private volatile boolean closed;

  /** As many threads as {@code count}, the caller's included; at least 1. */
  Cores(int count) {
    this.helpers = new Thread[count - 1];
    for (int i = 0; i < helpers.length; i++) {
      int core = i + 1;
      helpers[i] =
          new Thread(() -> help(core), Thread.currentThread().getName() + ", core " + core);
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  /** One core's part of a piece of work; cores are counted from 0, the caller's. */
  @FunctionalInterface
  interface Part {
    void run(int core);
  }

  /** Number of threads. */
  int count() {
    return helpers.length + 1;
  }

  /**
   * Runs {@code part} once on every core, and returns when all are done; an interrupt does not
   * shorten that. What a part throws is thrown here; of several, the lowest core's.
   */
  void run(Part part) {
    Job own = new Job(part, count());
    job = own;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    own.run(0);
    own.await();
  }

  private void help(int core) {
    Job done = null;
    while (!closed) {
      Job next = job;
      if (next == done) {
        next = awaitOtherThan(done);
      }
      if (next != done) {
        next.run(core);
        done = next;
      }
    }
  }

  /** Another piece of work, or {@code done} if there is none for a while. */
  private Job awaitOtherThan(Job done) {
    long start = System.nanoTime();
    while (job == done && !closed && System.nanoTime() - start < SPIN_NANOS) {
      Thread.onSpinWait();
    }
    if (job == done && !closed) {
      LockSupport.park(this); // unparked after the next piece is there
    }
    return job;
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  private static final class Job {
    private final Part part;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger left;
    private final Throwable[] failures;

    Job(Part part, int cores) {
      this.part = part;
      this.left = new AtomicInteger(cores);
      this.failures = new Throwable[cores];
    }

    void run(int core) {
      try {
        part.run(core);
      } catch (Throwable e) { // the caller's, even a checked one thrown undeclared: see await
        failures[core] = e;
      } finally {
        if (left.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    void await() {
      boolean interrupted = false;
      long start = System.nanoTime();
      while (left.get() > 0) {
        if (System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // else park would not park
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      for (Throwable failure : failures) {
        if (failure instanceof Error error) {
          throw error;
        }
        if (failure instanceof RuntimeException exception) {
          throw exception;
        }
        if (failure != null) {
          throw new IllegalStateException("A core failed: " + failure, failure);
        }
      }
    }
  }
}

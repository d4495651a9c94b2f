package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Driver and worker in one JVM: sums and weights change hands by reference. */
final class InProcessExchange implements Dialogue {
  private static final Map<String, Coordinator> OPEN = new ConcurrentHashMap<>();

  /**
   * How long to look for the answer, and to help with it, before parking. Workers finish within
   * some hundred microseconds of each other, and a parked thread takes fifty to a hundred to wake,
   * which the other then waits for in the next round.
   */
  private static final long SPIN_NANOS = 1_000_000;

  private final Coordinator coordinator;
  private final int worker;
  private final long limitNanos;
  private final long spinNanos;
  private volatile Work answer;
  private volatile Thread parked;

  private InProcessExchange(Coordinator coordinator, int worker, long limitNanos) {
    this.coordinator = coordinator;
    this.worker = worker;
    this.limitNanos = limitNanos;
    boolean ownCore = coordinator.workers() <= Runtime.getRuntime().availableProcessors();
    this.spinNanos = ownCore ? SPIN_NANOS : 0;
  }

  /** Finds the coordinator in this JVM. */
  record Place(String token, long limitNanos) implements CoordinatorAddress {
    @Override
    public Exchange connect(int worker) {
      Coordinator coordinator = OPEN.get(token);
      if (coordinator == null) {
        throw new RunFailedException(
            "The run that this task belongs to is over, or is in another JVM.");
      }
      return new InProcessExchange(coordinator, worker, limitNanos);
    }
  }

  /** Lets workers of this JVM find {@code coordinator} until {@link #forget}. */
  static CoordinatorAddress open(String token, Coordinator coordinator, long limitNanos) {
    OPEN.put(token, coordinator);
    return new Place(token, limitNanos);
  }

  static void forget(String token) {
    OPEN.remove(token);
  }

  @Override
  public Work join(String where) throws InterruptedException {
    answer = null;
    coordinator.join(worker, where, this::deliver);
    return await();
  }

  @Override
  public Work report(long round, List<RangeSum> sums, long kernelNanos)
      throws InterruptedException {
    answer = null;
    coordinator.report(worker, round, sums, kernelNanos, this::deliver);
    return await();
  }

  @Override
  public void broke(String what) throws InterruptedException {
    answer = null;
    coordinator.broke(worker, what, this::deliver);
    await();
  }

  private void deliver(Work work) {
    answer = work;
    Thread sleeper = parked;
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
  }

  private static void requireNotCancelled() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("Spark cancelled the task");
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // who runs decides how fast, not what
  private Work await() throws InterruptedException {
    requireNotCancelled(); // a lone worker never waits
    long start = System.nanoTime();
    while (answer == null && System.nanoTime() - start < spinNanos) {
      coordinator.help();
      Thread.yield(); // whoever has something to do has the core
    }
    parked = Thread.currentThread();
    try {
      while (answer == null) {
        requireNotCancelled();
        if (System.nanoTime() - start > limitNanos) {
          throw new RunFailedException(
              String.format(
                  "Worker %d waited %d s for the others and gave up.",
                  worker, TimeUnit.NANOSECONDS.toSeconds(limitNanos)));
        }
        LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
      }
      return answer;
    } finally {
      parked = null;
    }
  }

  @Override
  public void close() {}
}

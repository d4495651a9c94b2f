package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A worker's rounds, computed by the network's thread as it reads the driver's answers. To hand
 * each answer to the task's thread, and its sums back, would cost two context switches a step, and
 * the two threads would take the core from each other. So the task's thread only watches.
 */
final class AnsweredRounds {
  private final TransportLine line;
  private final int worker;
  private final Function<Work, List<RangeSum>> kernel;
  private final CompletableFuture<Long> end = new CompletableFuture<>();
  private volatile boolean waits;
  private volatile long waitsSinceNanos;
  private long rounds;
  private boolean stopped;

  /**
   * The rounds of worker {@code worker}.
   *
   * @param line to the driver, which nobody else uses meanwhile
   * @param kernel from a work to its sums
   */
  AnsweredRounds(TransportLine line, int worker, Function<Work, List<RangeSum>> kernel) {
    this.line = line;
    this.worker = worker;
    this.kernel = kernel;
  }

  /** Joins and works until told to stop, see {@link Exchange#serve}. */
  long run(String where) throws InterruptedException {
    try {
      send(new WireFormat.Request(worker, WireFormat.JOIN, 0, where, List.of()), this::take);
      return await();
    } finally {
      stop();
    }
  }

  private void send(WireFormat.Request request, BiConsumer<Work, Throwable> taker) {
    CompletableFuture<Work> answer = new CompletableFuture<>();
    CompletableFuture<Work> unused = answer.whenComplete(taker); // before it can be there
    waitsSinceNanos = System.nanoTime();
    waits = true;
    line.send(request, Slice.WHOLE, answer);
  }

  private synchronized void take(Work work, Throwable lost) {
    waits = false;
    if (stopped) {
      return;
    }
    try {
      if (lost != null) {
        end.completeExceptionally(lost);
      } else if (work.kind() == Work.Kind.STOP) {
        end.complete(rounds);
      } else {
        compute(work);
      }
    } catch (Throwable e) { // whatever it is, the task's thread must not wait for more
      end.completeExceptionally(e);
    }
  }

  private void compute(Work work) {
    long start = System.nanoTime();
    List<RangeSum> sums;
    try {
      sums = kernel.apply(work);
    } catch (RuntimeException e) {
      send(
          new WireFormat.Request(worker, WireFormat.BROKE, 0, e.toString(), List.of()),
          (answer, lost) -> end.completeExceptionally(e));
      return;
    }
    rounds++;
    long nanos = System.nanoTime() - start;
    send(new WireFormat.Request(worker, work.round(), nanos, "", sums), this::take);
  }

  private long await() throws InterruptedException {
    while (true) {
      try {
        return end.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (waits && System.nanoTime() - waitsSinceNanos > line.limitNanos()) {
          throw line.gaveUp(e);
        }
      } catch (ExecutionException e) {
        throw RunFailedException.unchecked(e.getCause());
      }
    }
  }

  /** Once this returns, the network's thread is done with the worker. */
  private synchronized void stop() {
    stopped = true;
  }
}

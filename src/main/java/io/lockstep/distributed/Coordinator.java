package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.ShardTree;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Where the workers of a barrier stage meet: collects one report from each, lets the session make
 * its step, hands everybody the next work.
 *
 * <p>The thread that brings the last report does the driver's work. Waking another thread for it
 * would cost two context switches a step, about as much as the step of a small network.
 */
final class Coordinator {
  private static final long JOINING = 0;

  private final TrainingSession session;
  private final int shards;
  private final List<Consumer<Work>> waiting;
  private final String[] places;
  private final List<RangeSum> sums = new ArrayList<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private long round = JOINING;
  private int reported;
  private long kernelNanos;
  private long lastReportNanos = System.nanoTime();

  Coordinator(TrainingSession session, int shards, int workers) {
    this.session = session;
    this.shards = shards;
    this.waiting = new ArrayList<>(Collections.nCopies(workers, null));
    this.places = new String[workers];
    Arrays.fill(places, "never started");
  }

  int workers() {
    return places.length;
  }

  /** Worker {@code worker} runs at {@code place}; {@code reply} will get its first work. */
  synchronized void join(int worker, String place, Consumer<Work> reply) {
    places[worker] = place;
    arrive(worker, JOINING, List.of(), 0, reply);
  }

  /** Worker {@code worker} did round {@code ofRound}; {@code reply} will get its next work. */
  synchronized void report(
      int worker, long ofRound, List<RangeSum> ownSums, long ownNanos, Consumer<Work> reply) {
    arrive(worker, ofRound, ownSums, ownNanos, reply);
  }

  private void arrive(
      int worker, long ofRound, List<RangeSum> ownSums, long ownNanos, Consumer<Work> reply) {
    if (end.isDone()) {
      reply.accept(stop());
      return;
    }
    if (ofRound != round || waiting.get(worker) != null) {
      fail(
          new RunFailedException(
              String.format(
                  "Worker %d (%s) reported round %d, but the run is in round %d%s. Two stages of the"
                      + " same run must not be alive at once.",
                  worker,
                  places[worker],
                  ofRound,
                  round,
                  waiting.get(worker) == null ? "" : " and it has reported")));
      reply.accept(stop());
      return;
    }
    waiting.set(worker, reply);
    sums.addAll(ownSums);
    kernelNanos = Math.max(kernelNanos, ownNanos);
    lastReportNanos = System.nanoTime();
    reported++;
    if (reported == workers()) {
      finishRound();
    }
  }

  private void finishRound() {
    try {
      if (round != JOINING) {
        session.complete(ShardTree.root(shards, sums), kernelNanos);
      }
      Work next = session.work();
      round = next.round();
      lastReportNanos = System.nanoTime(); // the driver's own work does not count as silence
      release(next);
      if (next.kind() == Work.Kind.STOP) {
        end.complete(null);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void release(Work next) {
    List<Consumer<Work>> replies = new ArrayList<>(waiting);
    waiting.replaceAll(reply -> null);
    sums.clear();
    kernelNanos = 0;
    reported = 0;
    for (Consumer<Work> reply : replies) {
      if (reply != null) {
        reply.accept(next);
      }
    }
  }

  /** Ends the run with {@code reason}; every worker that waits or reports is told to stop. */
  synchronized void fail(Throwable reason) {
    if (end.completeExceptionally(reason)) {
      release(stop());
    }
  }

  private Work stop() {
    Work current = session.work();
    return new Work(current.round(), Work.Kind.STOP, current.epoch(), current.step(), new float[0]);
  }

  /**
   * Waits until the run is over.
   *
   * @param limitNanos the longest time without a report
   * @throws RuntimeException what {@link #fail} was given, or that a worker was silent too long
   */
  void await(long limitNanos) throws InterruptedException {
    while (true) {
      try {
        end.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        failIfSilent(limitNanos);
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new RunFailedException(cause.getMessage(), cause);
  }

  private synchronized void failIfSilent(long limitNanos) {
    if (System.nanoTime() - lastReportNanos > limitNanos) {
      fail(new RunFailedException(silence(limitNanos)));
    }
  }

  private String silence(long limitNanos) {
    List<String> silent = new ArrayList<>();
    for (int worker = 0; worker < workers(); worker++) {
      if (waiting.get(worker) == null) {
        silent.add(String.format("worker %d (%s)", worker, places[worker]));
      }
    }
    return String.format(
        "No report of %s for %d s, in epoch %d, step %d. Look at that executor's log, or raise"
            + " distributed.reportWaitSeconds if its work takes longer.",
        String.join(", ", silent),
        TimeUnit.NANOSECONDS.toSeconds(limitNanos),
        session.work().epoch(),
        session.work().step() + 1);
  }
}

package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the workers of a barrier stage meet: collects one report from each, lets the session make
 * its step, hands everybody the next work.
 *
 * <p>The thread that brings the last report does the driver's work. Waking another thread for it
 * would cost two context switches a step, about as much as the step of a small network.
 */
final class Coordinator implements Desk {
  private static final long JOINING = 0;

  /** How Spark describes the end of an executor. */
  private static final Pattern EXECUTOR_LOST =
      Pattern.compile("ExecutorLostFailure \\(executor (\\S+) .*?\\) Reason: (.*)");

  private final TrainingSession session;
  private final Rounds rounds;
  private final Runnable afterRound;
  private final List<Consumer<Work>> waiting;
  private final String[] places;
  private final Map<Integer, Launch> launches = new ConcurrentHashMap<>();
  private final List<RangeSum> sums = new ArrayList<>();
  private final Map<Integer, List<float[]>> vectors = new HashMap<>();

  /** Whom workers wait for, where they wait for each other. */
  private final List<Set<Integer>> complaints = new ArrayList<>();

  private final SharedSlices slices = new SharedSlices();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private long round = JOINING;
  private int reported;
  private double squares;
  private long kernelNanos;
  private volatile long lastReportNanos = System.nanoTime();

  /**
   * Where the workers of one stage meet.
   *
   * @param afterRound called after each completed round, by the thread that completed it
   */
  Coordinator(TrainingSession session, RunPlan plan, int workers, Runnable afterRound) {
    this(session, new StarRounds(new ExpectedReports(plan, workers)), workers, afterRound);
  }

  /** Where workers of another topology meet. */
  Coordinator(TrainingSession session, Rounds rounds, int workers, Runnable afterRound) {
    this.session = session;
    this.rounds = rounds;
    this.afterRound = afterRound;
    this.waiting = new ArrayList<>(Collections.nCopies(workers, null));
    this.places = new String[workers];
  }

  /** Where Spark launched a worker. */
  private record Launch(String executor, String host) {}

  @Override
  public int workers() {
    return places.length;
  }

  @Override
  public long longestMessage() {
    return rounds.longestMessage();
  }

  @Override
  public void take(WireFormat.Request request, Consumer<Work> reply) {
    if (request.round() == WireFormat.JOIN) {
      join(request.worker(), request.text(), reply);
    } else if (request.round() == WireFormat.BROKE) {
      broke(request.worker(), request.text(), reply);
    } else if (request.round() == WireFormat.WAITS) {
      waits(
          Arrays.stream(request.text().split(" ", -1))
              .map(Integer::valueOf)
              .collect(Collectors.toCollection(TreeSet::new)),
          reply);
    } else {
      arrive(request, reply);
    }
  }

  /**
   * Spark has launched worker {@code worker}; whether it comes to join is another matter. Takes no
   * lock: Spark's listeners must not wait for a run's.
   */
  void launched(int worker, String executor, String host) {
    launches.put(worker, new Launch(executor, host));
  }

  /** Worker {@code worker} runs at {@code place}; {@code reply} will get its first work. */
  synchronized void join(int worker, String place, Consumer<Work> reply) {
    places[worker] = place;
    arrive(new WireFormat.Request(worker, JOINING, 0, place, List.of()), reply);
  }

  /** Worker {@code worker} did round {@code ofRound}; {@code reply} will get its next work. */
  void report(
      int worker, long ofRound, List<RangeSum> ownSums, long ownNanos, Consumer<Work> reply) {
    arrive(new WireFormat.Request(worker, ofRound, ownNanos, "", ownSums), reply);
  }

  /**
   * Worker {@code worker} can't compute its part. What a worker computes follows from the work
   * alone, so another one would fail too: this ends the run.
   */
  synchronized void broke(int worker, String what, Consumer<Work> reply) {
    if (!end.isDone()) {
      fail(
          new RunFailedException(
              String.format(
                  "Worker %d (%s) failed in epoch %d, after step %d: %s",
                  worker, place(worker), session.work().epoch(), session.steps(), what)));
    }
    reply.accept(stop());
  }

  /** A worker has waited long for {@code others}: they are to blame, if nobody reports. */
  synchronized void waits(Set<Integer> others, Consumer<Work> reply) {
    complaints.add(others);
    reply.accept(stop()); // has no meaning
  }

  /** Does a part of the driver's work, if there is any that can be shared. Takes no lock. */
  void help() {
    slices.help();
  }

  private synchronized void arrive(WireFormat.Request report, Consumer<Work> reply) {
    int worker = report.worker();
    long ofRound = report.round();
    if (end.isDone()) {
      reply.accept(stop());
      return;
    }
    if (ofRound == JOINING && (round != JOINING || waiting.get(worker) != null)) {
      lose("Spark started worker " + worker + " again, and its stage with it", null);
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
                  place(worker),
                  ofRound,
                  round,
                  waiting.get(worker) == null ? "" : " and it has reported")));
      reply.accept(stop());
      return;
    }
    Optional<String> defect =
        round == JOINING ? Optional.empty() : rounds.defect(session.work(), report);
    if (defect.isPresent()) {
      fail(
          new RunFailedException(
              String.format(
                  "Worker %d (%s) reported %s, in epoch %d after step %d. Does it run the same"
                      + " version of lockstep?",
                  worker, place(worker), defect.get(), session.work().epoch(), session.steps())));
      reply.accept(stop());
      return;
    }
    waiting.set(worker, reply);
    sums.addAll(report.sums());
    vectors.put(worker, report.vectors());
    squares = report.squares(); // which are everybody's
    kernelNanos = Math.max(kernelNanos, report.kernelNanos());
    lastReportNanos = System.nanoTime();
    reported++;
    if (reported == workers()) {
      finishRound(worker);
    }
  }

  private void finishRound(int last) {
    try {
      Work next;
      if (round == JOINING) {
        next = session.handOut();
      } else {
        rounds.complete(session, sums, vectors, squares, kernelNanos, slices);
        afterRound.run();
        next = session.work();
      }
      round = next.round();
      lastReportNanos = System.nanoTime(); // the driver's own work does not count as silence
      release(rounds.handed(next), last);
      if (next.kind() == Work.Kind.STOP) {
        end.complete(null);
      }
    } catch (Exception | Error e) { // Spark and Scala throw checked ones undeclared
      fail(e);
    }
  }

  /**
   * Replies to all who wait, to worker {@code last} last: its own thread does this, and what it
   * writes to its own line would keep the others waiting.
   */
  private void release(Work next, int last) {
    List<Consumer<Work>> replies = new ArrayList<>(waiting);
    Collections.swap(replies, last, replies.size() - 1);
    waiting.replaceAll(reply -> null);
    sums.clear();
    vectors.clear();
    complaints.clear();
    kernelNanos = 0;
    reported = 0;
    for (Consumer<Work> reply : replies) {
      if (reply != null) {
        reply.accept(next);
      }
    }
  }

  /** Ends the stage with {@code reason}; every worker that waits or reports is told to stop. */
  void fail(Throwable reason) {
    end(reason);
    dismiss();
  }

  /**
   * The same for workers that report. Takes no lock, which may be held for as long as the driver's
   * own work takes.
   */
  void end(Throwable reason) {
    end.completeExceptionally(reason);
  }

  private synchronized void dismiss() {
    release(stop(), 0);
  }

  /** Free of the session, which may be in the hands of the next stage's coordinator already. */
  private Work stop() {
    return new Work(round, Work.Kind.STOP, 0, 0, new float[0]);
  }

  /**
   * Waits until the run is over.
   *
   * @param limitNanos the longest time without a report
   * @throws WorkerLostException if a worker was silent for longer, or lost
   * @throws RuntimeException what {@link #fail} was given
   */
  void await(long limitNanos) throws InterruptedException {
    while (true) {
      try {
        end.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        failIfSilent(limitNanos);
      } catch (ExecutionException e) {
        throw RunFailedException.unchecked(e.getCause());
      }
    }
  }

  private void failIfSilent(long limitNanos) {
    if (System.nanoTime() - lastReportNanos > limitNanos) {
      failSilent(limitNanos);
    }
  }

  private synchronized void failSilent(long limitNanos) {
    if (System.nanoTime() - lastReportNanos > limitNanos) {
      List<String> silent = new ArrayList<>();
      Set<String> silentExecutors = new TreeSet<>();
      for (int worker : silentWorkers()) {
        silent.add(named(worker));
        if (launches.containsKey(worker)) {
          silentExecutors.add(launches.get(worker).executor());
        }
      }
      fail(
          new WorkerLostException(
              String.format(
                  "no report of %s for %d s",
                  String.join(", ", silent), TimeUnit.NANOSECONDS.toSeconds(limitNanos)),
              "Look at that executor's log, or raise distributed.reportWaitSeconds if its work takes"
                  + " longer.",
              silentExecutors,
              null));
    }
  }

  /** Those who have not reported; of them, those alone whom all who wait for others wait for. */
  private Set<Integer> silentWorkers() {
    Set<Integer> silent = new TreeSet<>();
    for (int worker = 0; worker < workers(); worker++) {
      if (waiting.get(worker) == null) {
        silent.add(worker);
      }
    }
    Set<Integer> blamed = new TreeSet<>(silent);
    complaints.forEach(blamed::retainAll);
    return blamed.isEmpty() ? silent : blamed;
  }

  /** Ends the stage because Spark says that it failed, for {@code reason}. */
  synchronized void lose(String reason, Exception failure) {
    fail(
        new WorkerLostException(
            explained(reason),
            "Look at that executor's log; to see Spark's, set LOCKSTEP_LOG_LEVEL=info.",
            Set.of(),
            failure));
  }

  private String explained(String reason) {
    Matcher ofExecutor = EXECUTOR_LOST.matcher(reason);
    if (!ofExecutor.find()) {
      return reason;
    }
    List<String> lost = new ArrayList<>();
    for (int worker = 0; worker < workers(); worker++) {
      Launch launch = launches.get(worker);
      if (launch != null && launch.executor().equals(ofExecutor.group(1))) {
        lost.add(named(worker));
      }
    }
    String who = lost.isEmpty() ? "executor " + ofExecutor.group(1) : String.join(", ", lost);
    return who + ": " + ofExecutor.group(2);
  }

  private String named(int worker) {
    return String.format("worker %d (%s)", worker, place(worker));
  }

  private String place(int worker) {
    if (places[worker] != null) {
      return places[worker];
    }
    Launch launch = launches.get(worker);
    return launch == null
        ? "never started"
        : String.format(
            "launched on executor %s on %s, but never joined", launch.executor(), launch.host());
  }
}

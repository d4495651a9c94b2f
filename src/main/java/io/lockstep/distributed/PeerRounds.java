package io.lockstep.distributed;

import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardTree;
import io.lockstep.training.Slicing;
import io.lockstep.training.WeightUpdate;
import io.lockstep.training.Work;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.network.client.TransportClient;

/**
 * A worker's rounds under {@link Topology#PEERS}: computes its sums, tells them to all others, adds
 * up theirs and its own in the {@link ShardTree}, makes the step, and goes on; the driver hears
 * after as many steps as it asked for.
 *
 * <p>The thread that brings the last of a step's sums makes the step and computes the next sums: as
 * a rule the network's, see {@link AnsweredRounds}. Nobody can be more than a step ahead: the sums
 * after the next need those that this worker sends for the next.
 */
final class PeerRounds implements Desk {
  private static final float[] NO_GRADIENT = {};

  /** How often a worker looks whether it has waited too long, until it loses its patience. */
  private static final int LOOKS = 16;

  private final RunPlan plan;
  private final int worker;
  private final int workers;
  private final byte[] token;
  private final WeightUpdate update;
  private final ExpectedReports reports;
  private final Map<Integer, TransportClient> peers = new ConcurrentHashMap<>();

  /** What it tells: all of that has left before the step is made, and so before the next. */
  private final MessageMemory memory = new MessageMemory();

  private final CompletableFuture<Long> end = new CompletableFuture<>();
  private TransportLine driver;
  private Function<Work, List<RangeSum>> kernel;
  private long steps;
  private long rounds;
  private boolean stopped;

  /** The steps that the driver asked for; none while it has the word. */
  private Optional<Work> work = Optional.empty();

  private final List<RangeSum> counts = new ArrayList<>();
  private int made;
  private double squares;
  private long kernelNanos;

  /** This worker's sums of the step under way, once it has them, and how many have yet to leave. */
  private List<RangeSum> own = List.of();

  private int leaving;

  /** The others' sums of the step under way, and of the next one. */
  private Map<Integer, List<RangeSum>> others = new HashMap<>();

  private Map<Integer, List<RangeSum>> nextOthers = new HashMap<>();

  /** What was wrong with the others' sums, if anything was; the driver hears when it listens. */
  private Optional<RunFailedException> broken = Optional.empty();

  private boolean advancing;
  private long waitsSinceNanos;
  private boolean waitsForDriver;
  private long answeredNanos;

  /** The driver's answer to the complaint about those who are late, if there was one. */
  private CompletableFuture<Void> complaint = CompletableFuture.completedFuture(null);

  private boolean complained;

  /**
   * The rounds of worker {@code worker}.
   *
   * @param workers that take part
   * @param token of the stage
   */
  PeerRounds(RunPlan plan, HeldState start, int worker, int workers, byte[] token) {
    this.plan = plan;
    this.worker = worker;
    this.workers = workers;
    this.token = token;
    this.steps = start.steps();
    this.update = start.update(plan, Slice.of(0, 1, plan.network().parameterCount()));
    this.reports = new ExpectedReports(plan, workers);
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public long longestMessage() {
    return reports.longestMessage();
  }

  @Override
  public synchronized void joined(int other, TransportClient connection) {
    peers.put(other, connection);
    notifyAll();
  }

  /**
   * Waits until all others have joined.
   *
   * @throws RunFailedException if one has not, in {@code limitNanos}
   */
  synchronized void awaitPeers(long limitNanos) throws InterruptedException {
    long deadline = System.nanoTime() + limitNanos;
    while (peers.size() < workers - 1) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new RunFailedException(
            String.format(
                "Worker %d waited %d s for all others to connect, and only workers %s did.",
                worker, TimeUnit.NANOSECONDS.toSeconds(limitNanos), new TreeSet<>(peers.keySet())));
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Others only join with an answer. */
  @Override
  public synchronized void take(WireFormat.Request request, Consumer<Work> reply) {
    boolean joins = request.round() == WireFormat.JOIN;
    Work.Kind kind = joins ? Work.Kind.GRADIENT : Work.Kind.STOP;
    reply.accept(new Work(request.round(), kind, 0, 0, NO_GRADIENT));
  }

  @Override
  public void left(TransportClient connection) {
    peers.forEach(
        (other, of) -> {
          if (of == connection) {
            lost(other, "the connection has ended");
          }
        });
  }

  /** Not at once: at the end of a run the others may hear of it first. */
  private void lost(int other, String why) {
    CompletableFuture.delayedExecutor(Neighbours.GRACE_MILLIS, TimeUnit.MILLISECONDS)
        .execute(
            () ->
                end.completeExceptionally(
                    new RunFailedException(
                        String.format(
                            "Worker %d lost worker %d at %s: %s",
                            worker, other, peers.get(other).getSocketAddress(), why))));
  }

  /** Joins and works until told to stop, see {@link Exchange#serve}. */
  long run(String where, TransportLine toDriver, Function<Work, List<RangeSum>> newKernel)
      throws InterruptedException {
    try {
      begin(where, toDriver, newKernel);
      return await();
    } finally {
      stop();
    }
  }

  private synchronized void begin(
      String where, TransportLine toDriver, Function<Work, List<RangeSum>> newKernel) {
    driver = toDriver;
    kernel = newKernel;
    ask(new WireFormat.Request(worker, WireFormat.JOIN, 0, where, List.of()));
  }

  /** Sends the driver what it answers with the next work. */
  private void ask(WireFormat.Request request) {
    send(request, this::answered);
  }

  private void send(WireFormat.Request request, BiConsumer<Work, Throwable> taker) {
    waitsForDriver = true;
    waitsSinceNanos = System.nanoTime();
    CompletableFuture<Work> answer = new CompletableFuture<>();
    CompletableFuture<Work> unused = answer.whenComplete(taker);
    CompletableFuture<Void> unusedToo = // a line has one request at a time
        complaint.thenRun(() -> send(request, answer));
  }

  private void send(WireFormat.Request request, CompletableFuture<Work> answer) {
    try {
      driver.send(request, Slice.WHOLE, answer);
    } catch (Throwable e) { // as in answered
      end.completeExceptionally(e);
    }
  }

  private synchronized void answered(Work next, Throwable lost) {
    waitsForDriver = false;
    answeredNanos = System.nanoTime();
    if (stopped) {
      return;
    }
    try {
      if (lost != null) {
        end.completeExceptionally(lost);
      } else if (broken.isPresent() && next.kind() != Work.Kind.STOP) {
        breakOff(broken.get());
      } else {
        answered(next);
      }
    } catch (Throwable e) { // whatever it is, the task's thread must not wait for more
      end.completeExceptionally(e);
    }
  }

  private void answered(Work next) {
    switch (next.kind()) {
      case GRADIENT -> {
        work = Optional.of(next);
        made = 0;
        kernelNanos = 0;
        counts.clear();
        goOn();
      }
      case VALIDATION, TEST -> {
        long start = System.nanoTime();
        Optional<List<RangeSum>> sums = compute(next);
        long nanos = System.nanoTime() - start;
        sums.ifPresent(all -> ask(new WireFormat.Request(worker, next.round(), nanos, "", all)));
      }
      case STATE ->
          ask(new WireFormat.Request(worker, next.round(), 0, "", List.of(), ownState(), 0));
      case STOP -> end.complete(rounds);
    }
  }

  /** By the thread of a peer, which need not be woken then when that one's sums come. */
  private void goOn() {
    if (peers.isEmpty()) {
      advance();
    } else {
      SparkInternals.schedule(peers.values().iterator().next(), this::advance, 0);
    }
  }

  /** This worker's part of the state that all have. */
  private List<float[]> ownState() {
    Slice slice = Slice.of(worker, workers, plan.network().parameterCount());
    return update.vectors().stream()
        .map(vector -> Arrays.copyOfRange(vector, slice.from(), slice.to()))
        .toList();
  }

  /** Does what can be done before others have to say something. */
  private synchronized void advance() {
    if (advancing) {
      return; // this thread is in here, and will see what has changed
    }
    advancing = true;
    try {
      while (!stopped && work.isPresent()) {
        if (own.isEmpty()) {
          computeSums(work.get());
        } else if (missing().isEmpty()) {
          makeStep(work.get());
        } else {
          return;
        }
      }
    } catch (Throwable e) { // as in answered
      end.completeExceptionally(e);
      work = Optional.empty();
    } finally {
      advancing = false;
    }
  }

  private void computeSums(Work asked) {
    long start = System.nanoTime();
    Optional<List<RangeSum>> sums = compute(asked.at(made).with(update.weights()));
    if (sums.isEmpty()) {
      return;
    }
    kernelNanos += System.nanoTime() - start;
    own = sums.get();
    for (RangeSum sum : own) {
      GradientSum counted = ((GradientSum) sum.sum()).with(NO_GRADIENT);
      counts.add(new RangeSum(sum.first(), sum.count(), counted));
    }
    tellAll(new WireFormat.Request(worker, steps + 1, 0, "", own));
    waitsSinceNanos = System.nanoTime();
  }

  private void tellAll(WireFormat.Request sums) {
    leaving = peers.size();
    if (leaving > 0) {
      ByteBuffer message = WireFormat.encode(token, sums, memory);
      peers.forEach(
          (other, connection) ->
              SparkInternals.tell(connection, message.duplicate(), why -> hasLeft(other, why)));
    }
  }

  private synchronized void hasLeft(int other, Optional<Throwable> why) {
    if (why.isPresent()) {
      lost(other, why.get().getMessage());
      return;
    }
    leaving--;
    advance();
  }

  /** The kernel's sums; without any the run is over. */
  private Optional<List<RangeSum>> compute(Work what) {
    try {
      List<RangeSum> sums = kernel.apply(what);
      rounds++;
      return Optional.of(sums);
    } catch (RuntimeException e) {
      breakOff(e.toString(), e);
      return Optional.empty();
    }
  }

  private void breakOff(RunFailedException reason) {
    breakOff(reason.getMessage(), reason);
  }

  /** Tells the driver what another worker would meet too, and ends. */
  private void breakOff(String what, RuntimeException reason) {
    work = Optional.empty();
    send(
        new WireFormat.Request(worker, WireFormat.BROKE, 0, what, List.of()),
        (answer, lost) -> end.completeExceptionally(reason));
  }

  /** Who keeps this worker, which has its own sums of a step, from making it. */
  private Set<Integer> missing() {
    Set<Integer> missing = new TreeSet<>(peers.keySet());
    missing.removeAll(others.keySet());
    return missing.isEmpty() && leaving > 0 ? new TreeSet<>(peers.keySet()) : missing;
  }

  private void makeStep(Work asked) {
    boolean moved;
    try {
      moved = step();
    } catch (RuntimeException e) {
      breakOff("A step failed: " + e, e);
      return;
    }
    steps = plan.roundAfter(steps).number();
    own = List.of();
    others.clear();
    Map<Integer, List<RangeSum>> free = others;
    others = nextOthers;
    nextOthers = free;
    complained = false;
    made++;
    if (made == asked.repeats() || !moved) {
      work = Optional.empty();
      ask(
          new WireFormat.Request(
              worker, asked.round(), kernelNanos, "", List.copyOf(counts), List.of(), squares));
    }
  }

  /** Whether it was made: a gradient to be clipped that is not finite has no length. */
  private boolean step() {
    List<RangeSum> all = new ArrayList<>(own);
    others.values().forEach(all::addAll);
    ShardTree.GradientRoot root = ShardTree.gradientRoot(plan.schedule().shards(), all);
    Optional<Double> norm = update.step(root, plan.roundAfter(steps), Slicing.ALONE);
    // The driver asks no more of the squares than what keeps a norm from being finite.
    squares = norm.filter(value -> !Double.isFinite(value)).orElse(0.0);
    return Double.isFinite(squares);
  }

  /** Takes another's sums: of the step under way, or of the next, as their round says. */
  @Override
  public synchronized boolean hear(WireFormat.Request told) {
    if (stopped) {
      return true;
    }
    Optional<String> defect = defect(told);
    if (defect.isPresent()) {
      broken = broken.or(() -> Optional.of(nonsense(told.worker(), defect.get())));
      if (driver != null && !waitsForDriver) {
        breakOff(broken.get());
      }
      return true;
    }
    (told.round() == steps + 1 ? others : nextOthers).put(told.worker(), told.sums());
    advance();
    return true;
  }

  private static RunFailedException nonsense(int from, String what) {
    return new RunFailedException(String.format("Worker %d told %s.", from, what));
  }

  private Optional<String> defect(WireFormat.Request told) {
    long before = told.round() - 1;
    boolean isNow = before == steps;
    boolean isNext = isBeforeTheEnd() && before == plan.roundAfter(steps).number();
    if (told.worker() == worker
        || !(isNow || isNext)
        || (isNow ? others : nextOthers).containsKey(told.worker())) {
      return Optional.of("its sums for step " + told.round() + " out of turn");
    }
    Work answered = plan.gradientAfter(before, told.round(), NO_GRADIENT);
    return reports.defect(told.worker(), answered, told.sums());
  }

  private boolean isBeforeTheEnd() {
    return steps < plan.training().steps(plan.schedule().stepsPerEpoch());
  }

  private long await() throws InterruptedException {
    long often = (long) (Neighbours.PATIENCE * driver.limitNanos() / LOOKS);
    long pauseNanos = Math.min(TimeUnit.SECONDS.toNanos(1), often);
    while (true) {
      try {
        return end.get(pauseNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        watch(e);
      } catch (ExecutionException e) {
        throw RunFailedException.unchecked(e.getCause());
      }
    }
  }

  private synchronized void watch(TimeoutException since) {
    long waited = System.nanoTime() - waitsSinceNanos;
    boolean over = waited > driver.limitNanos();
    if (waitsForDriver) {
      if (over) {
        throw driver.gaveUp(since);
      }
      return;
    }
    Set<Integer> missing = work.isPresent() && !own.isEmpty() ? missing() : Set.of();
    if (missing.isEmpty()) {
      return;
    }
    if (over) {
      throw new RunFailedException(
          String.format(
              "Worker %d waited %d s for the sums of workers %s and gave up.",
              worker, TimeUnit.NANOSECONDS.toSeconds(driver.limitNanos()), missing),
          since);
    }
    long unheard = System.nanoTime() - answeredNanos;
    if (!complained && unheard > Neighbours.PATIENCE * driver.limitNanos()) {
      complain(missing);
    }
  }

  /**
   * Tells the driver who is late, before it loses its own patience: half of this one's after it has
   * heard from somebody.
   */
  private void complain(Set<Integer> late) {
    complained = true;
    String numbers = late.stream().map(String::valueOf).collect(Collectors.joining(" "));
    CompletableFuture<Work> answer =
        driver.send(
            new WireFormat.Request(worker, WireFormat.WAITS, 0, numbers, List.of()), Slice.NONE);
    complaint = answer.handle((meaningless, lost) -> endIf(lost));
  }

  private Void endIf(Throwable lost) {
    if (lost != null) {
      end.completeExceptionally(lost);
    }
    return null;
  }

  /** Once this returns, the network's threads are done with the worker. */
  private synchronized void stop() {
    stopped = true;
  }
}

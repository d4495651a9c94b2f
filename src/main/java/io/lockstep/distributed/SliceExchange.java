package io.lockstep.distributed;

import io.lockstep.training.GradientLength;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The worker's side of {@link Topology#SLICES}: owns a slice, sends the others theirs, and holds
 * the weights that come of it. The driver gets counts, and the state when it asks.
 */
final class SliceExchange implements Dialogue {
  private final int worker;
  private final TransportExchange driver;
  private final SliceOwner owner;
  private final Neighbours neighbours;
  private final long limitNanos;
  private final boolean clips;
  private final float[] weights;
  private final List<Slice> slices = new ArrayList<>();

  /** Where the slices begin, and behind them where the last one ends. */
  private final List<Integer> borders = new ArrayList<>(List.of(0));

  /** Connections to the owners of the other slices. */
  private final Map<Integer, TransportLine> lines = new HashMap<>();

  /** Its own slice of each sum that it computed, from step to step. */
  private final MessageMemory memory = new MessageMemory();

  private Work work;

  SliceExchange(HeldPlace place, int worker) throws IOException, InterruptedException {
    this.worker = worker;
    this.limitNanos = place.driver().limitNanos();
    HeldState start = place.start().value();
    this.weights = start.vectors().get(0).clone(); // the broadcast's own is shared
    for (int i = 0; i < place.workers(); i++) {
      slices.add(Slice.of(i, place.workers(), weights.length));
      borders.add(slices.get(i).to());
    }
    this.clips = place.plan().training().clips();
    this.owner = new SliceOwner(place.plan(), start, slices.get(worker), place.workers());
    this.neighbours = new Neighbours(worker, owner, place.driver().token());
    boolean connected = false;
    try {
      this.driver = place.driver().connect(worker);
      try {
        for (int other = 0; other < place.workers(); other++) {
          if (other != worker) {
            lines.put(other, neighbours.line(other, at -> driver.connect(at, limitNanos)));
          }
        }
        connected = true;
      } finally {
        if (!connected) {
          driver.close();
        }
      }
    } finally {
      if (!connected) {
        neighbours.close();
      }
    }
  }

  @Override
  public Work join(String where) throws InterruptedException {
    return next(driver.join(where));
  }

  @Override
  public Work report(long round, List<RangeSum> sums, long kernelNanos)
      throws InterruptedException {
    if (work.kind() != Work.Kind.GRADIENT) {
      return next(driver.report(round, sums, kernelNanos));
    }
    return next(clips ? stepClipped(round, sums, kernelNanos) : step(round, sums, kernelNanos));
  }

  private Work step(long round, List<RangeSum> sums, long kernelNanos) throws InterruptedException {
    CompletableFuture<Work> answer = driver.count(round, sums, 0, kernelNanos);
    return weightsOf(sendSums(round, sums), answer);
  }

  /** The driver gets no counts of a step whose gradient may turn out not to be finite. */
  private Work stepClipped(long round, List<RangeSum> sums, long kernelNanos)
      throws InterruptedException {
    double squares = squares(sendSums(round, sums));
    CompletableFuture<Work> answer = driver.count(round, sums, squares, kernelNanos);
    WireFormat.Request request =
        new WireFormat.Request(worker, round, 0, "", List.of(), List.of(), squares);
    return weightsOf(toOwners(request, request), answer);
  }

  private Map<Integer, CompletableFuture<Work>> sendSums(long round, List<RangeSum> sums) {
    return toOwners(
        new WireFormat.Request(worker, round, 0, "", ownSlice(sums)),
        new WireFormat.Request(worker, round, 0, "", sums));
  }

  /** The answers of all owners: to {@code own} of its own, to {@code others} of each other one. */
  private Map<Integer, CompletableFuture<Work>> toOwners(
      WireFormat.Request own, WireFormat.Request others) {
    Map<Integer, CompletableFuture<Work>> answers = new TreeMap<>();
    CompletableFuture<Work> ofOwn = new CompletableFuture<>();
    owner.take(own, ofOwn::complete);
    answers.put(worker, ofOwn);
    lines.forEach((other, line) -> answers.put(other, line.send(others, slices.get(other))));
    return answers;
  }

  /** The squares of the whole gradient, added up, when all owners have said theirs. */
  private double squares(Map<Integer, CompletableFuture<Work>> parts) throws InterruptedException {
    boolean unused = arrive(parts, Optional.empty());
    Optional<String> refusal = refusal(parts);
    if (refusal.isPresent()) {
      driver.broke(refusal.get());
      throw new RunFailedException(refusal.get());
    }
    List<double[]> squares = parts.values().stream().map(part -> part.join().squares()).toList();
    return GradientLength.sum(squares, borders);
  }

  /** Takes the new weights of all owners; returns what is next. */
  private Work weightsOf(
      Map<Integer, CompletableFuture<Work>> parts, CompletableFuture<Work> answer)
      throws InterruptedException {
    if (!arrive(parts, Optional.of(answer))) {
      return driver.await(answer);
    }
    Optional<String> refusal = refusal(parts);
    Work next = driver.await(answer);
    if (refusal.isPresent() && next.kind() != Work.Kind.STOP) {
      driver.broke(refusal.get()); // the same would come of it again
      throw new RunFailedException(refusal.get());
    }
    parts.forEach((from, part) -> take(from, part.join()));
    return next;
  }

  /** Why there are no new weights of some slice, if so. */
  private Optional<String> refusal(Map<Integer, CompletableFuture<Work>> parts) {
    return parts.keySet().stream()
        .filter(from -> parts.get(from).join().kind() == Work.Kind.STOP)
        .findFirst()
        .map(
            from ->
                owner.failure().orElse("Worker " + from + " can't make the step of its slice."));
  }

  /**
   * Waits for all {@code parts}, but no longer than until one of them is lost, for whose sums the
   * others may wait for ever.
   *
   * @param answer of the driver, where it was asked
   * @return whether they came; else the driver's {@code answer} is that the run is over
   */
  private boolean arrive(
      Map<Integer, CompletableFuture<Work>> parts, Optional<CompletableFuture<Work>> answer)
      throws InterruptedException {
    CompletableFuture<Boolean> arrived = new CompletableFuture<>();
    for (CompletableFuture<Work> part : parts.values()) {
      CompletableFuture<Work> unused = part.whenComplete((work, lost) -> endIfLost(arrived, lost));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(parts.values().toArray(new CompletableFuture<?>[0]));
    CompletableFuture<Void> unusedToo = all.thenRun(() -> arrived.complete(true));
    answer.ifPresent(next -> endIfOver(arrived, next));
    try {
      complainIfLate(arrived, parts, answer);
      return arrived.get(limitNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RunFailedException(
          String.format(
              "Worker %d waited %d s for the slices of workers %s and gave up.",
              worker, TimeUnit.NANOSECONDS.toSeconds(limitNanos), unanswered(parts)),
          e);
    } catch (ExecutionException e) {
      if (answer.filter(SliceExchange::hasCome).map(CompletableFuture::join).stream()
          .anyMatch(next -> next.kind() == Work.Kind.STOP)) {
        return false; // who is lost has heard of the end before
      }
      throw (RunFailedException) e.getCause();
    }
  }

  private static void endIfOver(
      CompletableFuture<Boolean> arrived, CompletableFuture<Work> answer) {
    CompletableFuture<Work> unused =
        answer.whenComplete(
            (next, lost) -> {
              endIfLost(arrived, lost);
              if (next != null && next.kind() == Work.Kind.STOP) {
                CompletableFuture.delayedExecutor(Neighbours.GRACE_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> arrived.complete(false));
              }
            });
  }

  private static boolean hasCome(CompletableFuture<Work> answer) {
    return answer.isDone() && !answer.isCompletedExceptionally();
  }

  /**
   * Tells the driver who is late, if it has everybody's counts, or nobody's: all would be silent
   * alike. In time, before it loses its own patience after half of this worker's.
   */
  private void complainIfLate(
      CompletableFuture<Boolean> arrived,
      Map<Integer, CompletableFuture<Work>> parts,
      Optional<CompletableFuture<Work>> answer)
      throws InterruptedException, ExecutionException {
    try {
      boolean unused = arrived.get((long) (Neighbours.PATIENCE * limitNanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (answer.isEmpty() || hasCome(answer.get())) {
        Set<Integer> late = owner.missing();
        driver.waits(late.isEmpty() ? unanswered(parts) : late);
      }
    }
  }

  private static Set<Integer> unanswered(Map<Integer, CompletableFuture<Work>> parts) {
    return parts.keySet().stream()
        .filter(owner -> !parts.get(owner).isDone())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void endIfLost(CompletableFuture<Boolean> arrived, Throwable lost) {
    if (lost != null) {
      CompletableFuture.delayedExecutor(Neighbours.GRACE_MILLIS, TimeUnit.MILLISECONDS)
          .execute(() -> arrived.completeExceptionally(lost));
    }
  }

  private List<RangeSum> ownSlice(List<RangeSum> sums) {
    Slice slice = slices.get(worker);
    List<RangeSum> own = new ArrayList<>();
    for (RangeSum sum : sums) {
      GradientSum whole = (GradientSum) sum.sum();
      float[] part = memory.vector(own.size(), slice.length());
      System.arraycopy(whole.gradient(), slice.from(), part, 0, part.length);
      own.add(new RangeSum(sum.first(), sum.count(), whole.with(part)));
    }
    return own;
  }

  private void take(int from, Work part) {
    if (part.kind() == Work.Kind.STOP) {
      return; // the run is over
    }
    Slice slice = slices.get(from);
    System.arraycopy(part.weights(), 0, weights, slice.from(), slice.length());
  }

  /** What to do with {@code handed}: the driver sends no weights of a step. */
  private Work next(Work handed) throws InterruptedException {
    work = handed;
    while (work.kind() == Work.Kind.STATE) {
      work = driver.state(work.round(), owner.vectors());
    }
    return work.kind() == Work.Kind.GRADIENT
        ? new Work(work.round(), work.kind(), work.epoch(), work.step(), weights)
        : work;
  }

  @Override
  public void broke(String what) throws InterruptedException {
    driver.broke(what);
  }

  @Override
  public void close() {
    lines.values().forEach(TransportLine::close);
    driver.close();
    neighbours.close();
  }
}

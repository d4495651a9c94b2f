package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardTree;
import io.lockstep.training.Slicing;
import io.lockstep.training.WeightUpdate;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A worker's desk for the slice that it owns: collects each worker's sums of it, adds them up the
 * {@link ShardTree}, makes the slice's step, and sends its new weights to all.
 *
 * <p>Where gradients are clipped, all get the slice's squares first, and the step is made when all
 * have sent back those of all slices, added up.
 *
 * <p>The thread that brings the last message does the work. Nobody can be a step ahead: the next
 * sums need the weights that this one sends.
 */
final class SliceOwner implements Desk {
  private final RunPlan plan;
  private final WeightUpdate update;
  private final ExpectedReports reports;
  private final List<Consumer<Work>> waiting;
  private final List<RangeSum> sums = new ArrayList<>();
  private long steps;
  private long round;

  /** What is added up, and waits for the squares of all slices. */
  private Optional<ShardTree.GradientRoot> added = Optional.empty();

  private double squares;
  private Optional<String> failure = Optional.empty();

  /**
   * The owner of {@code slice}.
   *
   * @param workers that take part
   */
  SliceOwner(RunPlan plan, HeldState start, Slice slice, int workers) {
    this.plan = plan;
    this.steps = start.steps();
    this.update = start.update(plan, slice);
    this.reports = new ExpectedReports(plan, workers, slice.length());
    this.waiting = new ArrayList<>(Collections.nCopies(workers, null));
  }

  @Override
  public int workers() {
    return waiting.size();
  }

  @Override
  public long longestMessage() {
    return reports.longestMessage();
  }

  /** The state of the slice; between two steps. */
  synchronized List<float[]> vectors() {
    return update.vectors();
  }

  /** Whose sums of the step under way have not come, if some have. */
  synchronized Set<Integer> missing() {
    Set<Integer> missing = new TreeSet<>();
    for (int worker = 0; worker < waiting.size(); worker++) {
      if (waiting.get(worker) == null) {
        missing.add(worker);
      }
    }
    return missing.size() == waiting.size() ? Set.of() : missing;
  }

  /** What was wrong with the sums that came, if anything was. */
  synchronized Optional<String> failure() {
    return failure;
  }

  @Override
  public synchronized void take(WireFormat.Request request, Consumer<Work> reply) {
    if (request.round() == WireFormat.JOIN) { // a stranger may send no more than that
      reply.accept(new Work(WireFormat.JOIN, Work.Kind.GRADIENT, 0, 0, new float[0]));
      return;
    }
    failure = failure.or(() -> defect(request));
    waiting.set(request.worker(), reply);
    if (failure.isPresent()) {
      dismiss();
      return;
    }
    round = request.round();
    squares = request.squares();
    sums.addAll(request.sums());
    if (!waiting.contains(null)) {
      answer();
    }
  }

  private Optional<String> defect(WireFormat.Request request) {
    boolean isFirst = added.isEmpty() && waiting.stream().allMatch(reply -> reply == null);
    if (waiting.get(request.worker()) != null || (!isFirst && request.round() != round)) {
      return Optional.of(
          String.format(
              "Worker %d sent its slice of round %d out of turn.",
              request.worker(), request.round()));
    }
    return (added.isPresent() ? defectOfSquares(request) : sumsDefect(request))
        .map(what -> String.format("Worker %d sent %s.", request.worker(), what));
  }

  private Optional<String> sumsDefect(WireFormat.Request request) {
    return reports.defect(request.worker(), work(), request.sums());
  }

  /** All add up the same squares in the same order; they may be NaN, as the gradient may. */
  private Optional<String> defectOfSquares(WireFormat.Request request) {
    if (!request.sums().isEmpty()) {
      return Optional.of("sums where squares were due");
    }
    boolean isFirst = waiting.stream().allMatch(reply -> reply == null);
    return isFirst || Double.compare(squares, request.squares()) == 0
        ? Optional.empty()
        : Optional.of("squares of " + request.squares() + ", not " + squares);
  }

  private Work work() {
    return plan.gradientAfter(steps, round, update.weights());
  }

  private void answer() {
    try {
      if (added.isPresent()) {
        finishStep(added.get());
      } else if (update.clips()) {
        addUp();
      } else {
        update.step(gradientRoot(), plan.roundAfter(steps), Slicing.ALONE);
        releaseWeights();
      }
    } catch (RuntimeException e) { // whoever brought the last must not be the only one to hear
      failure = Optional.of("The step of a slice failed: " + e);
      dismiss();
    }
  }

  private ShardTree.GradientRoot gradientRoot() {
    return ShardTree.gradientRoot(plan.schedule().shards(), sums);
  }

  /** The sums stay where they were read to: what comes next holds none. */
  private void addUp() {
    ShardTree.GradientRoot root = gradientRoot();
    double[] own = update.addUp(root, Slicing.ALONE);
    added = Optional.of(root);
    release(new Work(round, Work.Kind.GRADIENT, 0, 0, new float[0], own));
  }

  /** Without a step there are no weights: the driver, who hears of the squares, ends the run. */
  private void finishStep(ShardTree.GradientRoot root) {
    added = Optional.empty();
    if (update.finishStep(root, squares, plan.roundAfter(steps), Slicing.ALONE)) {
      releaseWeights();
    } else {
      dismiss();
    }
  }

  private void releaseWeights() {
    Work done = work();
    steps = plan.roundAfter(steps).number();
    release(done);
  }

  /** Lets all go who wait: there will be no step. */
  private void dismiss() {
    release(new Work(round, Work.Kind.STOP, 0, 0, new float[0]));
  }

  private void release(Work answer) {
    List<Consumer<Work>> replies = new ArrayList<>(waiting);
    waiting.replaceAll(reply -> null);
    sums.clear();
    for (Consumer<Work> reply : replies) {
      if (reply != null) {
        reply.accept(answer);
      }
    }
  }
}

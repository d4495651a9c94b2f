package io.lockstep.training;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The driver's truth about a run: weights, optimizer and position. It says what comes next and
 * takes the answer; how the answer is computed, and where, is not its business.
 *
 * <p>Call order: {@link #work()}, then {@link #complete} with the sum over all shards, and again,
 * until the work is {@link Work.Kind#STOP}. One thread at a time.
 */
public final class TrainingSession {
  private final TrainingConfig config;
  private final RunPlan plan;
  private final int shards;
  private final int stepsPerEpoch;
  private final long lastStep;
  private final boolean validates;
  private final WeightUpdate update;
  private final TrainingListener listener;

  /** What was kept of the best epoch so far, if that is what the run ends with. */
  private final Optional<float[]> best;

  private Work work;
  private long workStartNanos;
  private Position position = Position.START;
  private Optional<EvaluationSum> validation = Optional.empty();
  private Optional<BestEpoch> bestEpoch = Optional.empty();
  private Optional<TrainingResult.Ending> ending = Optional.empty();

  /** How often to gather the state that others hold, if they do. */
  private Optional<StatePace> statePace = Optional.empty();

  /** How many steps these make before they report, if several. */
  private Optional<ReportPace> reportPace = Optional.empty();

  /** Where the run stood when this session's own vectors were current. */
  private Position savepoint = Position.START;

  /** Steps that the listener has heard of; those made again after a loss are no news. */
  private long reportedSteps;

  private Optional<TrainingResult> result = Optional.empty();

  /**
   * A session before its first step.
   *
   * @param weights the first weights; taken over and trained in place
   * @param validates whether there are validation rows
   * @param maxSteps the steps after which the run ends early, if it does; &ge; 1. Weights that are
   *     apart then are averaged first
   */
  public TrainingSession(
      TrainingConfig config,
      RunPlan plan,
      float[] weights,
      boolean validates,
      OptionalLong maxSteps,
      TrainingListener listener) {
    config.selection().requireRows("training.", validates ? 1 : 0, "Give the run validation rows");
    this.config = config;
    this.plan = plan;
    this.validates = validates;
    this.listener = listener;
    this.shards = plan.schedule().shards();
    this.stepsPerEpoch = plan.schedule().stepsPerEpoch();
    this.lastStep = plan.lastStep(maxSteps);
    this.update = new WeightUpdate(config, plan.network(), weights, 0);
    this.best =
        config.selection().keepsBest(validates)
            ? Optional.of(new float[weights.length])
            : Optional.empty();
    hand(Work.Kind.GRADIENT);
  }

  /**
   * A session that goes on where {@code start} was taken, to the same bits.
   *
   * @param start of a session with equal {@code config}, {@code plan} and {@code maxSteps}; without
   *     a best epoch, the best is sought among those that follow
   * @throws InvalidInputException if it can't be of such a session
   */
  public TrainingSession(
      TrainingConfig config,
      RunPlan plan,
      Snapshot start,
      boolean validates,
      OptionalLong maxSteps,
      TrainingListener listener) {
    this(config, plan, start.weights().clone(), validates, maxSteps, listener);
    Checks.require(
        start.weights().length == plan.network().parameterCount(),
        "A snapshot must hold the network's " + plan.network().parameterCount() + " weights",
        start.weights().length);
    restore(update.state(), start.optimizer());
    restoreBest(start);
    restore(start.position());
    bestEpoch = position.best();
    work = null; // rounds count from 1 again
    handNext();
  }

  private static void restore(List<StateTensor> state, List<StateTensor> saved) {
    Checks.require(
        describe(state).equals(describe(saved)),
        "A snapshot's optimizer must remember " + describe(state),
        describe(saved));
    for (int i = 0; i < state.size(); i++) {
      float[] values = state.get(i).values();
      System.arraycopy(saved.get(i).values(), 0, values, 0, values.length);
    }
  }

  private void restoreBest(Snapshot start) {
    boolean needed = best.isPresent() && start.position().best().isPresent();
    int length = start.best().map(values -> values.length).orElse(0);
    int expected = needed ? best.orElseThrow().length : 0;
    Checks.require(
        length == expected,
        "A snapshot must hold the best epoch's " + expected + " weights",
        length);
    if (needed) {
      System.arraycopy(start.best().orElseThrow(), 0, best.orElseThrow(), 0, length);
    }
  }

  private static List<String> describe(List<StateTensor> state) {
    return state.stream().map(tensor -> tensor.name() + " x " + tensor.values().length).toList();
  }

  private void restore(Position start) {
    long stepsBefore = Math.multiplyExact(start.epoch() - 1L, stepsPerEpoch);
    Checks.require(
        start.step() <= lastStep
            && start.stepOfEpoch() <= stepsPerEpoch
            && stepsBefore + start.stepOfEpoch() == start.step(),
        String.format(
            "A snapshot's position must be one of %d steps, %d an epoch", lastStep, stepsPerEpoch),
        String.format("step %d, %d of epoch %d", start.step(), start.stepOfEpoch(), start.epoch()));
    Checks.require(
        start.stepOfEpoch() > 0 || start.step() < lastStep,
        "A snapshot must leave something to do",
        "step " + start.step() + " of " + lastStep);
    position = start;
  }

  /** What every worker must do now. Hold no reference to its weights beyond {@link #complete}. */
  public Work work() {
    return work;
  }

  /**
   * The current work for workers that begin, at first or in place of lost ones: its clock starts
   * anew, so that a step's time is never the time to start workers.
   */
  public Work handOut() {
    workStartNanos = System.nanoTime();
    return work;
  }

  /**
   * Leaves the weights and the optimizer to others, who make the vector part of each step: see
   * {@link #completeElsewhere}. Their state is gathered at the end of each epoch, when the listener
   * wants it, and as often as {@code pace} says; between these, this session's own is of an earlier
   * step, to which {@link #rollBack} returns.
   */
  public void holdElsewhere(StatePace pace) {
    statePace = Optional.of(pace);
    savepoint = position;
  }

  /** The same, to others who make several steps before they report them. */
  public void holdElsewhere(StatePace pace, ReportPace reports) {
    holdElsewhere(pace);
    reportPace = Optional.of(reports);
  }

  /**
   * What those need who begin to hold the state: all weights, then what the optimizer remembers.
   */
  public List<float[]> vectors() {
    return update.vectors();
  }

  /**
   * Goes back to the last state that was gathered, if steps were made since: who held theirs is
   * lost.
   *
   * @return what these steps had taken, in nanoseconds
   */
  public long rollBack() {
    reportPace = reportPace.map(hot -> new ReportPace()); // new workers are slow at first
    if (statePace.isEmpty() || evaluates()) {
      return 0;
    }
    long nanos = position.trainingNanos() - savepoint.trainingNanos();
    position = savepoint;
    handNext();
    return nanos;
  }

  private boolean evaluates() {
    return work.kind() == Work.Kind.VALIDATION || work.kind() == Work.Kind.TEST;
  }

  /** Steps made so far. */
  public long steps() {
    return position.step();
  }

  /** Tells the listener. */
  public void recovered(Recovery recovery) {
    listener.onRecovery(recovery);
  }

  /**
   * Takes the sum over all shards of the current work, and moves on.
   *
   * @param kernelNanos what the slowest worker spent computing
   * @throws TrainingDivergedException if the step's loss is not finite
   */
  public void complete(WorkSum total, long kernelNanos) {
    switch (work.kind()) {
      case GRADIENT ->
          completeStep(ShardTree.rootOf((GradientSum) total), Slicing.WHOLE, kernelNanos);
      case VALIDATION -> completeValidation((EvaluationSum) total);
      case TEST -> completeTest((EvaluationSum) total);
      case STATE -> throw new IllegalStateException("others hold the state");
      case STOP -> throw new IllegalStateException("the run is over");
    }
  }

  /**
   * Adds up the sums of the current work, takes the result, and moves on: to the same bits as
   * {@link #complete(WorkSum, long)} with {@link ShardTree#root}, but in one pass over the vectors,
   * which {@code slicing} makes.
   *
   * @param reports what all workers reported; used up
   * @param kernelNanos what the slowest worker spent computing
   * @throws TrainingDivergedException if the step's loss is not finite
   */
  public void complete(Collection<RangeSum> reports, long kernelNanos, Slicing slicing) {
    if (work.kind() == Work.Kind.GRADIENT) {
      completeStep(ShardTree.gradientRoot(shards, reports), slicing, kernelNanos);
    } else {
      complete(ShardTree.root(shards, reports), kernelNanos);
    }
  }

  private void completeStep(ShardTree.GradientRoot sums, Slicing slicing, long kernelNanos) {
    RunStep step = requireFiniteLoss(sums.total());
    Optional<Double> norm = update.step(sums, step, slicing);
    norm.ifPresent(value -> requireFiniteNorm(value, step));
    report(sums.total(), step, System.nanoTime() - workStartNanos, kernelNanos);
    goOn();
  }

  /** To the next work, by way of the listener. */
  private void goOn() {
    handNext();
    boolean epochEnds = work.kind() != Work.Kind.GRADIENT;
    listener.betweenSteps(new StepBoundary(position, epochEnds, this::snapshot));
    workStartNanos = System.nanoTime(); // what listeners do is no part of a step
  }

  /**
   * Takes what the workers counted in steps whose vector part is made by those who hold the state,
   * and moves on.
   *
   * @param counts the shards' sums of each repeat, without gradients; used up
   * @param squares of the last gradient's values, added up, where it is clipped; else 0
   * @param kernelNanos what the slowest worker spent computing, in all
   * @throws TrainingDivergedException if a step's loss or the last one's gradient is not finite
   */
  public void completeElsewhere(
      List<? extends Collection<RangeSum>> counts, double squares, long kernelNanos) {
    int repeats = counts.size();
    long elapsedNanos = System.nanoTime() - workStartNanos;
    for (int i = 0; i < repeats; i++) {
      GradientSum total = ShardTree.gradientRoot(shards, counts.get(i)).total();
      RunStep step = requireFiniteLoss(total);
      if (i == repeats - 1) {
        requireFiniteNorm(GradientClip.norm(squares, total.weight()), step);
      }
      report(total, step, elapsedNanos / repeats, kernelNanos / repeats);
    }
    reportPace.ifPresent(pace -> pace.took(repeats, elapsedNanos));
    long madeSince = position.step() - savepoint.step();
    boolean due =
        statePace
            .orElseThrow()
            .isDue(madeSince, position.trainingNanos() - savepoint.trainingNanos());
    if (due || epochEnds() || listener.wantsState(position, epochEnds())) {
      hand(Work.Kind.STATE);
    } else {
      handNext();
    }
  }

  /**
   * Takes the state of all its holders, and moves on.
   *
   * @param parts cover all parameters
   */
  public void completeState(Collection<StatePart> parts) {
    List<float[]> own = vectors();
    for (StatePart part : parts) {
      for (int i = 0; i < own.size(); i++) {
        float[] values = part.vectors().get(i);
        System.arraycopy(values, 0, own.get(i), part.from(), values.length);
      }
    }
    savepoint = position;
    statePace.orElseThrow().took(System.nanoTime() - workStartNanos);
    goOn();
  }

  private RunStep requireFiniteLoss(GradientSum total) {
    RunStep step = plan.roundAfter(position.step());
    requireFinite("Loss", total.lossSum() / total.weight(), step.number());
    return step;
  }

  private int stepsOfRound() {
    return plan.stepsOfRound(position.stepOfEpoch());
  }

  private void requireFiniteNorm(double norm, RunStep step) {
    requireFinite("The norm of the gradient", norm, step.number());
  }

  private void report(GradientSum total, RunStep step, long elapsedNanos, long kernelNanos) {
    position = position.afterSteps(stepsOfRound(), total, elapsedNanos);
    if (step.number() <= reportedSteps) {
      return;
    }
    reportedSteps = step.number();
    listener.onStep(
        new StepReport(
            position.epoch(),
            step.number(),
            total.lossSum() / total.weight(),
            total.correct(),
            total.examples(),
            update.learningRate(step),
            elapsedNanos,
            kernelNanos));
  }

  private void requireFinite(String what, double value, long step) {
    if (!Double.isFinite(value)) {
      throw new TrainingDivergedException(
          String.format(
              Locale.ROOT,
              "%s became %s at epoch %d, step %d. Lower the learning rate (it is %s) or check the"
                  + " features for NaN and unscaled columns.",
              what,
              value,
              position.epoch(),
              step,
              config.optimizer().learningRate()));
    }
  }

  private void completeValidation(EvaluationSum sum) {
    if (validates) {
      requireFinite("Validation loss", sum);
      validation = Optional.of(sum);
    }
    if (config.selection().testEveryEpoch()) {
      hand(Work.Kind.TEST);
    } else {
      completeEpoch(Optional.empty());
    }
  }

  private void completeTest(EvaluationSum sum) {
    requireFinite("Test loss", sum);
    if (ending.isPresent()) {
      end(sum);
    } else {
      completeEpoch(Optional.of(sum));
    }
  }

  private void completeEpoch(Optional<EvaluationSum> test) {
    int epoch = position.epoch();
    validation.ifPresent(sum -> judge(epoch, sum));
    listener.onEpoch(
        new EpochReport(
            epoch,
            position.step(),
            position.lossSum() / position.weight(),
            (double) position.correct() / position.examples(),
            validation,
            test,
            bestEpoch,
            position.epochNanos()));
    validation = Optional.empty();
    int patience = config.selection().patience();
    boolean exhausted = bestEpoch.filter(judged -> judged.exhausts(patience, epoch)).isPresent();
    if (position.step() < lastStep && !exhausted) {
      position = position.nextEpoch(bestEpoch);
      savepoint = position; // an evaluation moves no weight
      hand(Work.Kind.GRADIENT);
      return;
    }
    ending =
        Optional.of(
            position.step() < lastStep
                ? TrainingResult.Ending.STOPPED_EARLY
                : TrainingResult.Ending.COMPLETE);
    if (test.isPresent() && keptEpoch() == epoch) {
      end(test.get());
    } else {
      hand(Work.Kind.TEST);
    }
  }

  private void judge(int epoch, EvaluationSum sum) {
    RunHistory.Score score = new RunHistory.Score(sum.meanLoss(), sum.accuracy());
    BestEpoch judged =
        bestEpoch
            .map(best -> best.orBetter(epoch, score))
            .orElseGet(() -> BestEpoch.first(epoch, score));
    bestEpoch = Optional.of(judged);
    if (judged.epoch() == epoch) {
      best.ifPresent(values -> System.arraycopy(update.kept(), 0, values, 0, values.length));
    }
  }

  private int keptEpoch() {
    return best.isPresent() ? bestEpoch.orElseThrow().epoch() : position.epoch();
  }

  private void end(EvaluationSum test) {
    result =
        Optional.of(
            new TrainingResult(
                best.orElse(update.kept()),
                keptEpoch(),
                position.step(),
                position.trainingNanos(),
                test,
                bestEpoch,
                ending.orElseThrow()));
    hand(Work.Kind.STOP);
  }

  /** The last update has no later step to show that it is not finite. */
  private void requireFinite(String what, EvaluationSum sum) {
    if (sum.examples() > 0) {
      requireFinite(what, sum.lossSum(), position.step());
    } else {
      requireFinite("The sum of the weights", sum(work.weights()), position.step());
    }
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * Hands out what follows a step: another one, or the evaluation that ends the epoch. There always
   * is one, be it over no rows, so that an epoch ends in one way.
   */
  private void handNext() {
    if (!epochEnds()) {
      hand(Work.Kind.GRADIENT);
    } else {
      boolean testsAlone = !validates && config.selection().testEveryEpoch();
      hand(testsAlone ? Work.Kind.TEST : Work.Kind.VALIDATION);
    }
  }

  private boolean epochEnds() {
    return position.stepOfEpoch() == stepsPerEpoch || position.step() == lastStep;
  }

  private void hand(Work.Kind kind) {
    long round = work == null ? 1 : work.round() + 1;
    int step = kind == Work.Kind.GRADIENT ? position.stepOfEpoch() : 0;
    int repeats = kind == Work.Kind.GRADIENT ? repeats() : 1;
    work = new Work(round, kind, position.epoch(), step, repeats, weightsFor(kind), new double[0]);
    workStartNanos = System.nanoTime();
  }

  /** Steps until the next report: up to what ends an epoch or the run, or needs the state. */
  private int repeats() {
    if (reportPace.isEmpty() || config.stepsLocally()) {
      return 1;
    }
    long toEnd = Math.min(stepsPerEpoch - position.stepOfEpoch(), lastStep - position.step());
    long toState =
        Math.min(
            statePace.orElseThrow().stepsLeft(position.step() - savepoint.step()),
            listener.stepsToState(position));
    return (int) Math.min(reportPace.get().steps(), Math.min(toEnd, toState));
  }

  private float[] weightsFor(Work.Kind kind) {
    if (kind == Work.Kind.GRADIENT || kind == Work.Kind.STATE) {
      return update.weights();
    }
    return ending.isPresent() ? best.orElse(update.kept()) : update.kept();
  }

  private Snapshot snapshot() {
    return new Snapshot(
        update.weights().clone(),
        update.state().stream().map(StateTensor::copy).toList(),
        position.best().isPresent() ? best.map(float[]::clone) : Optional.empty(),
        position);
  }

  /**
   * The outcome.
   *
   * @throws IllegalStateException before the work is {@link Work.Kind#STOP}
   */
  public TrainingResult result() {
    return result.orElseThrow(
        () -> new IllegalStateException("the run is not over: next is " + work.kind()));
  }
}

package io.lockstep.training;

import java.util.Locale;
import java.util.Optional;

/**
 * The driver's truth about a run: weights, optimizer and position. It says what comes next and
 * takes the answer; how the answer is computed, and where, is not its business.
 *
 * <p>Call order: {@link #work()}, then {@link #complete} with the sum over all shards, and again,
 * until the work is {@link Work.Kind#STOP}. One thread at a time.
 */
public final class TrainingSession {
  private final TrainingConfig config;
  private final int stepsPerEpoch;
  private final long lastStep;
  private final boolean validates;
  private final Optimizer optimizer;
  private final TrainingListener listener;
  private final float[] weights;

  private Work work;
  private long workStartNanos;
  private long step;
  private Epoch epoch = new Epoch();
  private EvaluationSum lastTest;
  private long trainingNanos;

  /** What has added up since the epoch began. */
  private static final class Epoch {
    private double lossSum;
    private long correct;
    private long examples;
    private double weight;
    private long nanos;
    private Optional<EvaluationSum> validation = Optional.empty();
  }

  /**
   * A session before its first step.
   *
   * @param weights the first weights; taken over and trained in place
   * @param validates whether there are validation rows
   * @param maxSteps ends the run early; 0 for no limit
   */
  public TrainingSession(
      TrainingConfig config,
      RunPlan plan,
      float[] weights,
      boolean validates,
      long maxSteps,
      TrainingListener listener) {
    this.config = config;
    this.weights = weights;
    this.validates = validates;
    this.listener = listener;
    this.stepsPerEpoch = plan.schedule().stepsPerEpoch();
    long allSteps = Math.multiplyExact((long) config.epochs(), stepsPerEpoch);
    this.lastStep = maxSteps > 0 ? Math.min(maxSteps, allSteps) : allSteps;
    this.optimizer = config.optimizer().newOptimizer(plan.network().parameterCount());
    hand(Work.Kind.GRADIENT, 1, 0);
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

  /** Steps made so far. */
  public long steps() {
    return step;
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
      case GRADIENT -> completeStep((GradientSum) total, kernelNanos);
      case VALIDATION -> {
        epoch.validation = Optional.of((EvaluationSum) total);
        hand(Work.Kind.TEST, work.epoch(), 0);
      }
      case TEST -> completeEpoch((EvaluationSum) total);
      case STOP -> throw new IllegalStateException("the run is over");
    }
  }

  private void completeStep(GradientSum total, long kernelNanos) {
    step++;
    double meanLoss = total.lossSum() / total.weight();
    requireFinite("Loss", meanLoss);
    double learningRate = config.schedule().learningRate(config.optimizer().learningRate(), step);
    optimizer.step(weights, total.gradient(), total.weight(), learningRate);

    long elapsedNanos = System.nanoTime() - workStartNanos;
    epoch.lossSum += total.lossSum();
    epoch.correct += total.correct();
    epoch.examples += total.examples();
    epoch.weight += total.weight();
    epoch.nanos += elapsedNanos;
    listener.onStep(
        new StepReport(
            work.epoch(),
            step,
            meanLoss,
            total.correct(),
            total.examples(),
            learningRate,
            elapsedNanos,
            kernelNanos));
    if (work.step() + 1 < stepsPerEpoch && step < lastStep) {
      hand(Work.Kind.GRADIENT, work.epoch(), work.step() + 1);
    } else {
      hand(validates ? Work.Kind.VALIDATION : Work.Kind.TEST, work.epoch(), 0);
    }
  }

  private void requireFinite(String what, double meanLoss) {
    if (!Double.isFinite(meanLoss)) {
      throw new TrainingDivergedException(
          String.format(
              Locale.ROOT,
              "%s became %s at epoch %d, step %d. Lower the learning rate (it is %s) or check the"
                  + " features for NaN and unscaled columns.",
              what,
              meanLoss,
              work.epoch(),
              step,
              config.optimizer().learningRate()));
    }
  }

  private void completeEpoch(EvaluationSum test) {
    if (test.examples() > 0) {
      requireFinite("Test loss", test.lossSum()); // the last update has no later step to show it
    }
    lastTest = test;
    trainingNanos += epoch.nanos;
    listener.onEpoch(
        new EpochReport(
            work.epoch(),
            step,
            epoch.lossSum / epoch.weight,
            (double) epoch.correct / epoch.examples,
            epoch.validation,
            test,
            epoch.nanos));
    epoch = new Epoch();
    if (step < lastStep) {
      hand(Work.Kind.GRADIENT, work.epoch() + 1, 0);
    } else {
      hand(Work.Kind.STOP, work.epoch(), 0);
    }
  }

  private void hand(Work.Kind kind, int epochNumber, int stepOfEpoch) {
    long round = work == null ? 1 : work.round() + 1;
    work = new Work(round, kind, epochNumber, stepOfEpoch, weights);
    workStartNanos = System.nanoTime();
  }

  /**
   * The outcome.
   *
   * @throws IllegalStateException before the work is {@link Work.Kind#STOP}
   */
  public TrainingResult result() {
    if (work.kind() != Work.Kind.STOP) {
      throw new IllegalStateException("the run is not over: next is " + work.kind());
    }
    return new TrainingResult(weights, step, trainingNanos, lastTest);
  }
}

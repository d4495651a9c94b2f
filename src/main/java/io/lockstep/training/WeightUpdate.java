package io.lockstep.training;

import io.lockstep.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The vector part of a step, for a range of the parameters: the weights and what the optimizer
 * remembers of them, which a sum of gradients moves on. Whoever holds a range needs nothing of the
 * others, so ranges held apart end with the bits of the whole.
 *
 * <p>Inside, values count from the range's first.
 */
public final class WeightUpdate {
  private final TrainingConfig config;
  private final float[] weights;
  private final int from;
  private final int all;
  private final Optimizer optimizer;
  private final RunningStatistics statistics;

  /** Those that a step observes; where shards step by themselves, they did, and learned them. */
  private final RunningStatistics observed;

  private final GradientRounding rounding;

  /** What is evaluated and kept: the weights, or their average. */
  private final float[] kept;

  private final Optional<GradientClip> clip;

  /**
   * The update of a range before its first step.
   *
   * @param weights of the range; taken over, and trained in place
   * @param from where it begins in the network's parameter vector
   */
  public WeightUpdate(TrainingConfig config, Network network, float[] weights, int from) {
    this.config = config;
    this.weights = weights;
    this.from = from;
    this.all = network.parameterCount();
    this.optimizer = config.newOptimizer(weights.length);
    this.kept = optimizer.kept(weights);
    this.statistics = new RunningStatistics(network, from, from + weights.length);
    this.observed = config.stepsLocally() ? RunningStatistics.none() : statistics;
    this.rounding = new GradientRounding(config.gradients(), statistics);
    this.clip =
        config.clips()
            ? Optional.of(new GradientClip(config.clipNorm(), weights.length))
            : Optional.empty();
  }

  /** The weights, current after each step; not to be modified. */
  public float[] weights() {
    return weights;
  }

  /** What is evaluated and kept of them: themselves, or their average after the first step. */
  float[] kept() {
    return kept;
  }

  /** What the optimizer remembers, see {@link Optimizer#state}. */
  public List<StateTensor> state() {
    return optimizer.state();
  }

  /** All that a successor needs: the weights, then what the optimizer remembers. */
  public List<float[]> vectors() {
    List<float[]> vectors = new ArrayList<>();
    vectors.add(weights);
    state().forEach(tensor -> vectors.add(tensor.values()));
    return vectors;
  }

  /** The learning rate of {@code step}. */
  double learningRate(RunStep step) {
    return config.schedule().learningRate(config.optimizer().learningRate(), step);
  }

  /** Whether a step needs the length of the whole gradient. */
  public boolean clips() {
    return clip.isPresent();
  }

  /**
   * Makes a step of all parameters, or of a range where no length of the whole gradient is needed.
   *
   * @param sums of the shards, added up here
   * @param slicing carries out the passes over the vectors
   * @return the length of the mean gradient, where it is needed to clip it; not finite if it was
   *     not, and then no step was made
   */
  public Optional<Double> step(ShardTree.GradientRoot sums, RunStep step, Slicing slicing) {
    Slicing.Part addUp = adding(sums);
    if (clip.isPresent()) {
      float[] gradient = sums.total().gradient();
      slicing.run(
          weights.length,
          (begin, end) -> {
            addUp.run(begin, end);
            clip.get().add(gradient, begin, end);
          });
      double norm = clip.get().norm(sums.total().weight());
      clipAndStep(clip.get(), sums.total(), norm, step, slicing);
      return Optional.of(norm);
    }
    Slicing.Part makeStep = learning(sums.total(), step);
    slicing.run(
        weights.length,
        (begin, end) -> {
          addUp.run(begin, end);
          makeStep.run(begin, end);
        });
    return Optional.empty();
  }

  /**
   * The first half of a range's step that {@link #clips}.
   *
   * @param sums of the shards, added up here
   * @return the range's {@link GradientLength#squares}
   */
  public double[] addUp(ShardTree.GradientRoot sums, Slicing slicing) {
    slicing.run(weights.length, adding(sums));
    return GradientLength.squares(sums.total().gradient(), from, all);
  }

  /**
   * The second half of it, when all others have said their squares.
   *
   * @param sums that were added up
   * @param squares their {@link GradientLength#sum}
   * @return whether it was made: a gradient that is not finite has no length to be clipped to
   */
  public boolean finishStep(
      ShardTree.GradientRoot sums, double squares, RunStep step, Slicing slicing) {
    double norm = GradientClip.norm(squares, sums.total().weight());
    clipAndStep(clip.orElseThrow(), sums.total(), norm, step, slicing);
    return Double.isFinite(norm);
  }

  private Slicing.Part adding(ShardTree.GradientRoot sums) {
    GradientSum total = sums.total();
    return (begin, end) -> {
      sums.add(begin, end, rounding);
      observed.observe(weights, total.gradient(), total.weight(), begin, end);
    };
  }

  private Slicing.Part learning(GradientSum total, RunStep step) {
    double learningRate = learningRate(step);
    Slicing.Part learn =
        (begin, end) ->
            optimizer.step(
                weights, total.gradient(), total.weight(), learningRate, step, begin, end);
    return (begin, end) -> {
      observed.forLearned(begin, end, learn);
      statistics.copy(weights, kept, begin, end);
    };
  }

  private void clipAndStep(
      GradientClip by, GradientSum total, double norm, RunStep step, Slicing slicing) {
    if (!Double.isFinite(norm)) {
      return;
    }
    Slicing.Part makeStep = learning(total, step);
    slicing.run(
        weights.length,
        (begin, end) -> {
          by.scale(norm, total.gradient(), begin, end);
          makeStep.run(begin, end);
        });
  }
}

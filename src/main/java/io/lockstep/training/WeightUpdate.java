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
  private final Optimizer optimizer;
  private final RunningStatistics statistics;

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
    this.optimizer = config.newOptimizer(weights.length);
    this.kept = optimizer.kept(weights);
    this.statistics = new RunningStatistics(network, from, from + weights.length);
    this.clip =
        config.clipNorm() < TrainingConfig.NO_CLIP
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

  /**
   * Makes a step.
   *
   * @param sums of the shards, added up here
   * @param slicing carries out the passes over the vectors
   * @return the length of the mean gradient, where it is needed to clip it; not finite if it was
   *     not, and then no step was made
   */
  public Optional<Double> step(ShardTree.GradientRoot sums, RunStep step, Slicing slicing) {
    GradientSum total = sums.total();
    Slicing.Part addUp =
        (from, to) -> {
          sums.add(from, to);
          statistics.observe(weights, total.gradient(), total.weight(), from, to);
          statistics.copy(weights, kept, from, to);
        };
    double learningRate = learningRate(step);
    Slicing.Part learn =
        (from, to) ->
            optimizer.step(weights, total.gradient(), total.weight(), learningRate, step, from, to);
    Slicing.Part makeStep = (from, to) -> statistics.forLearned(from, to, learn);
    if (clip.isPresent()) {
      return Optional.of(clipAndStep(clip.get(), total, addUp, makeStep, slicing));
    }
    slicing.run(
        weights.length,
        (from, to) -> {
          addUp.run(from, to);
          makeStep.run(from, to);
        });
    return Optional.empty();
  }

  /** In two passes: the gradient's length is known when all of it is added up. */
  private double clipAndStep(
      GradientClip by,
      GradientSum total,
      Slicing.Part addUp,
      Slicing.Part makeStep,
      Slicing slicing) {
    slicing.run(
        weights.length,
        (from, to) -> {
          addUp.run(from, to);
          by.add(total.gradient(), from, to);
        });
    double norm = by.norm(total.weight());
    if (Double.isFinite(norm)) {
      slicing.run(
          weights.length,
          (from, to) -> {
            by.scale(norm, total.gradient(), from, to);
            makeStep.run(from, to);
          });
    }
    return norm;
  }
}

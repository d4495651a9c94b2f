package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import io.lockstep.lanes.Lanes;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Layers bound to shapes, compiled to a {@link StagePlan} over one flat parameter vector: logits of
 * a batch, and the gradient of their loss.
 *
 * <p>Immutable and free of weights; any number of threads may share one, each with a {@link
 * Workspace} of its own.
 */
public final class Network implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSpec spec;
  private final StagePlan plan;
  private final ArrayList<Parameter> parameters;
  private final int parameterCount;
  private final int classes;

  private Network(NetworkSpec spec) {
    this.spec = spec;
    StagePlan.Builder builder = new StagePlan.Builder(spec.input());
    StagePlan.Value logits = builder.addAll(spec);
    this.parameters = new ArrayList<>(builder.parameters());
    this.parameterCount = builder.parameterCount();
    if (parameterCount == 0) {
      throw new InvalidInputException(
          "network.layers must have something to learn, but no layer of "
              + spec.layers()
              + " has weights. Add a dense or conv2d layer.");
    }
    if (!(logits.shape() instanceof Shape.Vector vector)) {
      throw new InvalidInputException(
          "network.layers must end in a vector of one logit per class, but ends in a "
              + logits.shape()
              + ". Add flatten and {dense {units = 10}}.");
    }
    this.classes = vector.size();
    this.plan = builder.build(logits);
  }

  /**
   * The network that {@code spec} describes.
   *
   * @throws InvalidInputException naming the first layer that does not fit its input
   */
  public static Network of(NetworkSpec spec) {
    return new Network(spec);
  }

  /**
   * Reads a trained network, without Spark.
   *
   * @param folder a run's folder, its model folder, or a saved Spark ML model, see {@link
   *     TrainedNetwork#load}
   */
  public static TrainedNetwork load(Path folder) {
    return TrainedNetwork.load(folder);
  }

  public NetworkSpec spec() {
    return spec;
  }

  /** Values of one example. */
  public int inputSize() {
    return spec.input().size();
  }

  /** Logits of one example: the number of classes. */
  public int classes() {
    return classes;
  }

  /** Length of the parameter vector. */
  public int parameterCount() {
    return parameterCount;
  }

  /** Every learned tensor, in the order of the parameter vector. */
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /** Its layers as they are described, with their shapes and parameters. */
  public List<Outline> outline() {
    return Outline.of(spec.layers(), LayerSpec.Place::of, spec.input());
  }

  StagePlan plan() {
    return plan;
  }

  /**
   * Memory for one thread and batches of up to {@code images} examples, or as many as stay in the
   * cache, unless they must pass together.
   */
  public Workspace newWorkspace(int images) {
    if (needsWholeShares()) {
      return Workspace.toLearn(this, Lanes.width(images));
    }
    return Workspace.toLearn(this, cachedWidth(images));
  }

  /**
   * Memory for one thread that scores batches of up to {@code images} examples, or as many as stay
   * in the cache: in scoring, no example sees another.
   */
  public Workspace newScoringWorkspace(int images) {
    return Workspace.toScore(this, evenWidth(images));
  }

  /** A kernel takes vectors in pairs. */
  private int evenWidth(int images) {
    int width = cachedWidth(images);
    int pair = 2 * Lanes.COUNT;
    return width < pair ? width : width / pair * pair;
  }

  private int cachedWidth(int images) {
    return Math.min(Workspace.cachedWidth(this), Lanes.width(images));
  }

  /**
   * Floating-point operations of a training step, per image: two for each multiply-add of the
   * forward pass, of the parameters' gradient, and of the input's, which the lowest layer that
   * learns leaves out. Activations and pooling are not counted.
   */
  public long stepFlops() {
    long multiplyAdds = 0;
    for (StagePlan.LayerStage stage : layerStages()) {
      multiplyAdds += (stage.input().needsGradient() ? 3 : 2) * stage.layer().multiplyAdds();
    }
    return 2 * multiplyAdds;
  }

  /** Values that are learned: the parameter vector without its statistics. */
  public int learnedCount() {
    return parameterCount
        - parameters.stream()
            .filter(parameter -> parameter.role().isStatistic())
            .mapToInt(Parameter::size)
            .sum();
  }

  /** Running statistics in the parameter vector, in its order. */
  public List<Statistics> statistics() {
    List<Statistics> all = new ArrayList<>();
    for (StagePlan.LayerStage stage : layerStages()) {
      for (Parameter parameter : stage.layer().parameters()) {
        if (parameter.role().isStatistic()) {
          int from = stage.parameterOffset() + parameter.offset();
          all.add(
              new Statistics(from, from + parameter.size(), stage.layer().statisticsMomentum()));
        }
      }
    }
    return all;
  }

  /**
   * Values {@code [from, to)} of the parameter vector that are observed and not learned. Where they
   * would have a gradient, a step has what it observed; {@code momentum} of it is blended in.
   */
  public record Statistics(int from, int to, double momentum) implements Serializable {}

  /** Whether the examples of a share see each other, so that none can be alone. */
  public boolean needsWholeShares() {
    return layerStages().stream().anyMatch(stage -> stage.layer().needsWholeShare());
  }

  /** Whether a batch may hold the {@link Shares} of several shards. */
  public boolean sumsAnyImages() {
    return layerStages().stream().allMatch(stage -> stage.layer().sumsAnyImages());
  }

  private List<StagePlan.LayerStage> layerStages() {
    return plan.stages().stream()
        .filter(StagePlan.LayerStage.class::isInstance)
        .map(StagePlan.LayerStage.class::cast)
        .toList();
  }

  /**
   * Computes the logits of the batch in {@link Workspace#input()}.
   *
   * @return {@code classes()} values an image, valid until the workspace is used again
   */
  public Lanes logits(float[] weights, Workspace workspace) {
    for (WorkingStage stage : workspace.stages()) {
      stage.forward(weights);
    }
    return workspace.logits();
  }

  /**
   * Computes dLoss/dParameters, summed over images of the last {@link #logits} call, from
   * dLoss/dLogits in {@link Workspace#logitsGradient()}, which is zero beyond the batch's examples.
   *
   * @param shares which images are summed into which vector; one for the whole batch, or more if
   *     {@link #sumsAnyImages()}
   */
  public void gradient(float[] weights, Workspace workspace, Shares shares) {
    List<WorkingStage> stages = workspace.stages();
    for (int i = stages.size() - 1; i >= 0; i--) {
      stages.get(i).backward(weights, shares);
    }
  }
}

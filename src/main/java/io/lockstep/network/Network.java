package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import io.lockstep.lanes.Lanes;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Layers bound to shapes, over one flat parameter vector: logits of a batch, and the gradient of
 * their loss.
 *
 * <p>Immutable and free of weights; any number of threads may share one, each with a {@link
 * Workspace} of its own.
 */
public final class Network implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSpec spec;
  private final ArrayList<Stage> stages;
  private final ArrayList<Parameter> parameters;
  private final int parameterCount;

  /**
   * A layer and where its parameters start.
   *
   * @param lowestLearned whether no layer before this one learns
   */
  record Stage(Layer layer, int parameterOffset, boolean lowestLearned) implements Serializable {}

  private Network(NetworkSpec spec) {
    this.spec = spec;
    this.stages = new ArrayList<>();
    this.parameters = new ArrayList<>();
    Shape shape = spec.input();
    int offset = 0;
    for (int i = 0; i < spec.layers().size(); i++) {
      Layer layer = bind(i, spec.layers().get(i), shape, offset);
      for (Parameter parameter : layer.parameters()) {
        parameters.add(parameter.at(i + ".", offset));
      }
      boolean learns = layer.parameterCount() > 0;
      stages.add(new Stage(layer, offset, learns && offset == 0));
      offset += layer.parameterCount();
      shape = layer.outputShape();
    }
    this.parameterCount = offset;
    if (offset == 0) {
      throw new InvalidInputException(
          "network.layers must have something to learn, but no layer of "
              + spec.layers()
              + " has weights. Add a dense or conv2d layer.");
    }
    if (!(shape instanceof Shape.Vector)) {
      throw new InvalidInputException(
          "network.layers must end in a vector of one logit per class, but ends in a "
              + shape
              + ". Add flatten and {dense {units = 10}}.");
    }
    poolBeforeRelu();
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

  private static Layer bind(int index, LayerSpec spec, Shape input, int offset) {
    try {
      Layer layer = spec.on(input);
      requireCountable(input.size(), layer.outputShape().size());
      requireCountable(offset, layer.parameterCount());
      Math.multiplyExact(input.size(), Lanes.COUNT);
      Math.multiplyExact(layer.outputShape().size(), Lanes.COUNT);
      return layer;
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          String.format("network.layers[%d] (%s): %s", index, spec.kind(), e.getMessage()), e);
    } catch (ArithmeticException e) {
      throw new InvalidInputException(
          String.format(
              "network.layers[%d] (%s) has more than 2^31 values on a %s. Make it smaller.",
              index, spec.kind(), input),
          e);
    }
  }

  /** Fails where a size overflows; computing the arguments may have failed already. */
  private static void requireCountable(int a, int b) {
    long sum = (long) a + b;
    if (sum > Integer.MAX_VALUE) {
      throw new ArithmeticException("integer overflow");
    }
  }

  /**
   * Swaps each ReLU with the max-pooling behind it. Both pick values without changing their order,
   * so every output and every gradient stays the same bit for bit, on a fraction of the values.
   */
  private void poolBeforeRelu() {
    for (int i = 0; i + 1 < stages.size(); i++) {
      if (stages.get(i).layer() instanceof Relu
          && stages.get(i + 1).layer() instanceof MaxPool2d pool) {
        int offset = stages.get(i).parameterOffset();
        stages.set(i, new Stage(pool, offset, false));
        stages.set(i + 1, new Stage(new Relu(pool.outputShape()), offset, false));
      }
    }
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
    return stages.get(stages.size() - 1).layer().outputShape().size();
  }

  /** Length of the parameter vector. */
  public int parameterCount() {
    return parameterCount;
  }

  /** Every learned tensor, in the order of the parameter vector. */
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  List<Stage> stages() {
    return stages;
  }

  /**
   * Memory for one thread and batches of up to {@code images} examples, or as many as stay in the
   * cache.
   */
  public Workspace newWorkspace(int images) {
    return new Workspace(this, Math.min(Workspace.cachedWidth(this), Lanes.width(images)));
  }

  /**
   * Floating-point operations of a training step, per image: two for each multiply-add of the
   * forward pass, of the parameters' gradient, and of the input's, which the lowest layer that
   * learns leaves out. Activations and pooling are not counted.
   */
  public long stepFlops() {
    long multiplyAdds = 0;
    for (Stage stage : stages) {
      multiplyAdds += (stage.lowestLearned() ? 2 : 3) * stage.layer().multiplyAdds();
    }
    return 2 * multiplyAdds;
  }

  /** Whether a batch may hold the {@link Shares} of several shards. */
  public boolean sumsAnyImages() {
    return stages.stream().allMatch(stage -> stage.layer().sumsAnyImages());
  }

  /**
   * Computes the logits of the batch in {@link Workspace#input()}.
   *
   * @return {@code classes()} values an image, valid until the workspace is used again
   */
  public Lanes logits(float[] weights, Workspace workspace) {
    for (int i = 0; i < stages.size(); i++) {
      workspace
          .pass(i)
          .forward(
              workspace.activation(i),
              weights,
              stages.get(i).parameterOffset(),
              workspace.activation(i + 1));
    }
    return workspace.activation(stages.size());
  }

  /**
   * Computes dLoss/dParameters, summed over images of the last {@link #logits} call, from
   * dLoss/dLogits in {@link Workspace#logitsGradient()}, which is zero beyond the batch's examples.
   *
   * @param shares which images are summed into which vector; one for the whole batch, or more if
   *     {@link #sumsAnyImages()}
   */
  public void gradient(float[] weights, Workspace workspace, Shares shares) {
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage stage = stages.get(i);
      Pass pass = workspace.pass(i);
      Lanes outputGradient = workspace.gradient(i + 1);
      int at = stage.parameterOffset();
      shares.sum(pass, workspace.activation(i), outputGradient, at);
      if (stage.lowestLearned()) {
        return;
      }
      pass.inputGradient(
          workspace.activation(i + 1), outputGradient, weights, at, workspace.gradient(i));
    }
  }
}

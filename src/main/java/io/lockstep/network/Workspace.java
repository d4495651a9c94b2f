package io.lockstep.network;

import io.lockstep.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * All memory that one thread needs to run a {@link Network}, allocated once and used for every
 * batch.
 *
 * <p>Call order: {@link #resize} to the examples of the batch, fill {@link #input()}, {@link
 * Network#logits}, fill {@link #logitsGradient()}, {@link Network#gradient}.
 */
public final class Workspace {
  /**
   * A batch is cut so that its activations, gradients and patches stay in a core's second-level
   * cache; measured on the CNN and the MLP of the README.
   */
  private static final long CACHE_BYTES = 1 << 20;

  private static final int MAX_CAPACITY = 256;

  private final int capacity;
  private final List<Scratch> scratch = new ArrayList<>();
  private final List<Matrix> fullActivations = new ArrayList<>();
  private final List<Matrix> fullGradients = new ArrayList<>();
  private List<Matrix> activations;
  private List<Matrix> gradients;

  Workspace(Network network, int capacity) {
    List<Network.Stage> stages = network.stages();
    this.capacity = capacity;
    add(network.inputSize());
    for (Network.Stage stage : stages) {
      Layer layer = stage.layer();
      scratch.add(layer.newScratch(capacity));
      if (layer.inPlace()) {
        fullActivations.add(sameValues(fullActivations, layer));
        fullGradients.add(sameValues(fullGradients, layer));
      } else {
        add(layer.outputShape().size());
      }
    }
    activations = fullActivations;
    gradients = fullGradients;
  }

  private void add(int rows) {
    fullActivations.add(Matrix.zeros(rows, capacity));
    fullGradients.add(Matrix.zeros(rows, capacity));
  }

  private Matrix sameValues(List<Matrix> matrices, Layer layer) {
    Matrix last = matrices.get(matrices.size() - 1);
    return Matrix.of(layer.outputShape().size(), capacity, last.data());
  }

  /** The largest batch that stays in the cache. */
  static int cachedCapacity(Network network) {
    long bytes = 0;
    for (Network.Stage stage : network.stages()) {
      bytes += 8L * stage.layer().outputShape().size() + stage.layer().newScratch(1).bytes();
    }
    return (int) Math.max(1, Math.min(MAX_CAPACITY, CACHE_BYTES / bytes));
  }

  /** The largest batch; longer ones are run in pieces. */
  public int capacity() {
    return capacity;
  }

  /** Sets the number of examples of the coming batch, 1 to {@link #capacity()}. */
  public void resize(int batch) {
    if (batch != input().columns()) {
      activations = fullActivations.stream().map(m -> m.firstColumns(batch)).toList();
      gradients = fullGradients.stream().map(m -> m.firstColumns(batch)).toList();
    }
  }

  /** The batch, one example a column. */
  public Matrix input() {
    return activations.get(0);
  }

  /** Where the loss puts dLoss/dLogits, {@code classes x batch}. */
  public Matrix logitsGradient() {
    return gradients.get(gradients.size() - 1);
  }

  Matrix activation(int i) {
    return activations.get(i);
  }

  Matrix gradient(int i) {
    return gradients.get(i);
  }

  Scratch scratch(int i) {
    return scratch.get(i);
  }
}

package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import java.util.ArrayList;
import java.util.List;

/**
 * All memory that one thread needs to run a {@link Network}, allocated once and used for every
 * batch.
 *
 * <p>Call order: fill {@link #input()}, {@link Network#logits}, fill {@link #logitsGradient()},
 * {@link Network#gradient}. What lies in the lanes beyond a batch's examples must be zero.
 */
public final class Workspace {
  /**
   * A batch is cut so that its activations and gradients stay in a core's second-level cache;
   * measured on the CNN and the MLP of the README.
   */
  private static final long CACHE_BYTES = 1 << 20;

  private static final int MAX_WIDTH = 256;

  private final int width;
  private final List<Pass> passes = new ArrayList<>();
  private final List<Lanes> activations = new ArrayList<>();
  private final List<Lanes> gradients = new ArrayList<>();

  Workspace(Network network, int width) {
    this.width = width;
    activations.add(Lanes.zeros(network.inputSize(), width));
    gradients.add(Lanes.zeros(0, width)); // the lowest layer that learns hands none down
    for (Network.Stage stage : network.stages()) {
      Layer layer = stage.layer();
      passes.add(layer.newPass(width));
      if (layer.inPlace()) {
        activations.add(last(activations));
        gradients.add(last(gradients));
      } else {
        add(layer.outputShape().size());
      }
    }
  }

  private void add(int size) {
    activations.add(Lanes.zeros(size, width));
    gradients.add(Lanes.zeros(size, width));
  }

  private static Lanes last(List<Lanes> lanes) {
    return lanes.get(lanes.size() - 1);
  }

  /** The widest batch that stays in the cache; at least one vector of lanes. */
  static int cachedWidth(Network network) {
    long bytesOfImage = (long) Float.BYTES * network.inputSize();
    for (Network.Stage stage : network.stages()) {
      if (!stage.layer().inPlace()) {
        bytesOfImage += 2L * Float.BYTES * stage.layer().outputShape().size();
      }
    }
    long vectors = CACHE_BYTES / bytesOfImage / Lanes.COUNT;
    return (int) Math.max(1, Math.min(MAX_WIDTH / Lanes.COUNT, vectors)) * Lanes.COUNT;
  }

  /** The largest batch; longer ones are run in pieces. */
  public int width() {
    return width;
  }

  /** The batch. */
  public Lanes input() {
    return activations.get(0);
  }

  /** Where the loss puts dLoss/dLogits, {@code classes} values. */
  public Lanes logitsGradient() {
    return last(gradients);
  }

  Lanes activation(int i) {
    return activations.get(i);
  }

  Lanes gradient(int i) {
    return gradients.get(i);
  }

  Pass pass(int i) {
    return passes.get(i);
  }
}

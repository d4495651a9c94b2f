package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * All memory that one thread needs to run a {@link Network}, allocated once and used for every
 * batch.
 *
 * <p>Call order: fill {@link #input()}, {@link Network#logits}, fill {@link #logitsGradient()},
 * {@link Network#gradient}, which uses values up. What lies in the lanes beyond a batch's examples
 * must be zero.
 */
public final class Workspace {
  /**
   * A batch is cut so that its activations and gradients stay in a core's second-level cache;
   * measured on the CNN and the MLP of the README.
   */
  private static final long CACHE_BYTES = 1 << 20;

  private static final int MAX_WIDTH = 256;

  private final Batch batch;
  private final List<WorkingStage> stages = new ArrayList<>();
  private final List<Lanes> values = new ArrayList<>();
  private final List<Lanes> gradients = new ArrayList<>();
  private final int output;

  private Workspace(Network network, Batch batch, VectorMemory memory) {
    int width = batch.width();
    this.batch = batch;
    StagePlan plan = network.plan();
    this.output = plan.output();
    for (int buffer = 0; buffer < plan.sizes().size(); buffer++) {
      int size = plan.sizes().get(buffer);
      Lanes value = Lanes.zeros(size, width);
      values.add(value);
      if (buffer == 0 || batch.scoresOnly()) { // nobody asks for the input's
        gradients.add(Lanes.zeros(0, width));
      } else {
        gradients.add(plan.isReadAgain(buffer) ? Lanes.zeros(size, width) : value);
      }
    }
    for (StagePlan.Stage stage : plan.stages()) {
      stages.add(WorkingStage.of(stage, this, memory));
    }
  }

  /** To learn from batches of up to {@code width} images. */
  static Workspace toLearn(Network network, int width) {
    return new Workspace(network, new Batch(width, false), VectorMemory.large());
  }

  /** To score batches of up to {@code width} images; values have no gradients. */
  static Workspace toScore(Network network, int width) {
    return new Workspace(network, new Batch(width, true), VectorMemory.small());
  }

  /** The widest batch that stays in the cache; at least one vector of lanes. */
  static int cachedWidth(Network network) {
    List<Integer> sizes = network.plan().sizes();
    long bytesOfImage = (long) Float.BYTES * network.inputSize();
    for (int buffer = 1; buffer < sizes.size(); buffer++) {
      bytesOfImage += 2L * Float.BYTES * sizes.get(buffer);
    }
    long vectors = CACHE_BYTES / bytesOfImage / Lanes.COUNT;
    return (int) Math.max(1, Math.min(MAX_WIDTH / Lanes.COUNT, vectors)) * Lanes.COUNT;
  }

  /** The largest batch; longer ones are run in pieces. */
  public int width() {
    return batch.width();
  }

  /** What the layers may know of the batch. */
  public Batch batch() {
    return batch;
  }

  /** The batch's images. */
  public Lanes input() {
    return values.get(0);
  }

  /** What {@link Network#logits} computed, {@code classes} values. */
  Lanes logits() {
    return values.get(output);
  }

  /** Where the loss puts dLoss/dLogits, {@code classes} values. */
  public Lanes logitsGradient() {
    return gradients.get(output);
  }

  Lanes value(int buffer) {
    return values.get(buffer);
  }

  Lanes gradient(int buffer) {
    return gradients.get(buffer);
  }

  List<WorkingStage> stages() {
    return stages;
  }
}

package io.lockstep.training;

import io.lockstep.data.Features;
import io.lockstep.data.RowSchedule;
import io.lockstep.data.Shard;
import io.lockstep.lanes.Lanes;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.SoftmaxCrossEntropy;
import io.lockstep.network.Workspace;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * The computing half of a step: rows of one shard in, one sum out. Owned by one thread; allocates
 * nothing once it has seen its shards.
 */
final class GradientKernel {
  private final Network network;
  private final Normalization normalization;
  private final Workspace workspace;
  private final IdentityHashMap<Shard, Features.Decoder> decoders = new IdentityHashMap<>();
  private final int[] consecutive;

  /**
   * A kernel with memory of its own.
   *
   * @param largestShare the most rows of a shard in one step
   */
  GradientKernel(Network network, Normalization normalization, int largestShare) {
    this.network = network;
    this.normalization = normalization;
    this.workspace = network.newWorkspace(largestShare);
    this.consecutive = new int[workspace.width()];
  }

  /** Whether {@code range} is computed in one piece, and so may be added to another sum. */
  boolean inOnePiece(RowSchedule.Range range) {
    int examples = range.to() - range.from();
    return examples >= 1 && examples <= workspace.width();
  }

  /**
   * Computes the sum over {@code shard}'s rows {@code order[range]}.
   *
   * @param order the shard's order in this epoch, see {@link RowSchedule#order}
   * @param add adds to {@code sum} instead of overwriting it, with the bits of {@link
   *     GradientSum#add}; only for a range that is {@link #inOnePiece}
   */
  void gradient(
      float[] weights,
      Shard shard,
      int[] order,
      RowSchedule.Range range,
      GradientSum sum,
      boolean add) {
    Features.Decoder decoder = decoder(shard);
    Lanes input = workspace.input();
    Lanes logitsGradient = workspace.logitsGradient();
    double lossSum = 0;
    long correct = 0;
    double weightSum = 0;
    for (int from = range.from(); from < range.to(); from += workspace.width()) {
      int batch = Math.min(workspace.width(), range.to() - from);
      decoder.interleave(order, from, batch, input.data(), input.width());
      input.clear(batch);
      Lanes logits = network.logits(weights, workspace);
      for (int i = 0; i < batch; i++) {
        int row = order[from + i];
        int label = shard.labels()[row];
        if (SoftmaxCrossEntropy.prediction(logits, i) == label) {
          correct++;
        }
        double loss = SoftmaxCrossEntropy.lossAndGradient(logits, i, label, logitsGradient);
        float weight = shard.weight(row);
        if (weight != 1) {
          scale(logitsGradient, i, weight);
        }
        lossSum += weight * loss;
        weightSum += weight;
      }
      logitsGradient.clear(batch);
      network.gradient(weights, workspace, batch, sum.gradient(), add || from > range.from());
    }
    int examples = range.to() - range.from();
    if (examples == 0) {
      Arrays.fill(sum.gradient(), 0);
    }
    if (add) {
      sum.count(lossSum, correct, examples, weightSum);
    } else {
      sum.set(lossSum, correct, examples, weightSum);
    }
  }

  private Features.Decoder decoder(Shard shard) {
    Features.Decoder decoder = decoders.get(shard);
    if (decoder == null) {
      decoder = shard.features().decoder(normalization);
      decoders.put(shard, decoder);
    }
    return decoder;
  }

  private static void scale(Lanes gradient, int image, float factor) {
    for (int k = 0; k < gradient.size(); k++) {
      gradient.set(k, image, gradient.get(k, image) * factor);
    }
  }

  /** Adds every row of {@code shard} to {@code sum}. */
  void evaluate(float[] weights, Shard shard, EvaluationSum sum) {
    Features.Decoder decoder = decoder(shard);
    Lanes input = workspace.input();
    for (int from = 0; from < shard.rows(); from += workspace.width()) {
      int batch = Math.min(workspace.width(), shard.rows() - from);
      for (int i = 0; i < batch; i++) {
        consecutive[i] = from + i;
      }
      decoder.interleave(consecutive, 0, batch, input.data(), input.width());
      input.clear(batch);
      Lanes logits = network.logits(weights, workspace);
      for (int i = 0; i < batch; i++) {
        int label = shard.labels()[from + i];
        sum.count(
            label,
            SoftmaxCrossEntropy.prediction(logits, i),
            SoftmaxCrossEntropy.loss(logits, i, label));
      }
    }
  }
}

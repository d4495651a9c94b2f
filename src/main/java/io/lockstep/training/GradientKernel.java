package io.lockstep.training;

import io.lockstep.data.Features;
import io.lockstep.data.RowSchedule;
import io.lockstep.data.Shard;
import io.lockstep.linalg.Matrix;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.SoftmaxCrossEntropy;
import io.lockstep.network.Workspace;
import java.util.Arrays;

/**
 * The computing half of a step: rows of one shard in, one sum out. Owned by one thread; allocates
 * its workspace once.
 */
final class GradientKernel {
  private final Network network;
  private final Normalization normalization;
  private final Workspace workspace;

  GradientKernel(Network network, Normalization normalization) {
    this.network = network;
    this.normalization = normalization;
    this.workspace = network.newWorkspace();
  }

  /**
   * Overwrites {@code sum} with the sum over {@code shard}'s rows {@code order[range]}.
   *
   * @param order the shard's order in this epoch, see {@link RowSchedule#order}
   */
  void gradient(
      float[] weights, Shard shard, int[] order, RowSchedule.Range range, GradientSum sum) {
    Features.Decoder decoder = shard.features().decoder(normalization);
    double lossSum = 0;
    long correct = 0;
    double weightSum = 0;
    for (int from = range.from(); from < range.to(); from += workspace.capacity()) {
      int batch = Math.min(workspace.capacity(), range.to() - from);
      workspace.resize(batch);
      Matrix input = workspace.input();
      for (int i = 0; i < batch; i++) {
        decoder.decode(order[from + i], input.data(), input.columnOffset(i));
      }
      Matrix logits = network.logits(weights, workspace);
      for (int i = 0; i < batch; i++) {
        int label = shard.labels()[order[from + i]];
        if (SoftmaxCrossEntropy.prediction(logits, i) == label) {
          correct++;
        }
        double loss =
            SoftmaxCrossEntropy.lossAndGradient(logits, i, label, workspace.logitsGradient());
        float weight = shard.weight(order[from + i]);
        if (weight != 1) {
          scale(workspace.logitsGradient(), i, weight);
        }
        lossSum += weight * loss;
        weightSum += weight;
      }
      network.gradient(weights, workspace, sum.gradient(), from > range.from());
    }
    int examples = range.to() - range.from();
    if (examples == 0) {
      Arrays.fill(sum.gradient(), 0);
    }
    sum.set(lossSum, correct, examples, weightSum);
  }

  private static void scale(Matrix matrix, int column, float factor) {
    int offset = matrix.columnOffset(column);
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.data()[offset + i] *= factor;
    }
  }

  /** Adds every row of {@code shard} to {@code sum}. */
  void evaluate(float[] weights, Shard shard, EvaluationSum sum) {
    Features.Decoder decoder = shard.features().decoder(normalization);
    for (int from = 0; from < shard.rows(); from += workspace.capacity()) {
      int batch = Math.min(workspace.capacity(), shard.rows() - from);
      workspace.resize(batch);
      Matrix input = workspace.input();
      for (int i = 0; i < batch; i++) {
        decoder.decode(from + i, input.data(), input.columnOffset(i));
      }
      Matrix logits = network.logits(weights, workspace);
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

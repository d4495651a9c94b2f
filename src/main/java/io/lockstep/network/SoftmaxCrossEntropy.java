package io.lockstep.network;

import io.lockstep.linalg.Matrix;

/**
 * Softmax cross-entropy from logits, PyTorch's {@code nn.CrossEntropyLoss} before its mean, in
 * nats.
 *
 * <p>With {@code m} the largest logit, {@code loss = m + log(sum_k exp(z_k - m)) - z_label} and
 * {@code dLoss/dz_k = softmax(z)_k - [k = label]}: finite for every finite logit. {@code
 * StrictMath} gives every machine the same bits.
 */
public final class SoftmaxCrossEntropy {
  private SoftmaxCrossEntropy() {}

  /** The loss of the example in {@code column}. */
  public static double loss(Matrix logits, int column, int label) {
    float[] z = logits.data();
    int from = logits.columnOffset(column);
    float largest = largest(logits, column);
    double sum = 0;
    for (int k = 0; k < logits.rows(); k++) {
      sum += StrictMath.exp((double) z[from + k] - largest);
    }
    return largest + StrictMath.log(sum) - z[from + label];
  }

  /** The loss as {@link #loss}; writes dLoss/dLogits to the same column of {@code gradient}. */
  public static double lossAndGradient(Matrix logits, int column, int label, Matrix gradient) {
    float[] z = logits.data();
    int from = logits.columnOffset(column);
    float[] result = gradient.data();
    int to = gradient.columnOffset(column);
    float largest = largest(logits, column);
    double sum = 0;
    for (int k = 0; k < logits.rows(); k++) {
      double exponential = StrictMath.exp((double) z[from + k] - largest);
      result[to + k] = (float) exponential;
      sum += exponential;
    }
    for (int k = 0; k < logits.rows(); k++) {
      result[to + k] = (float) (result[to + k] / sum);
    }
    result[to + label] -= 1;
    return largest + StrictMath.log(sum) - z[from + label];
  }

  /** The class with the largest logit; the first of equals. */
  public static int prediction(Matrix logits, int column) {
    float[] z = logits.data();
    int from = logits.columnOffset(column);
    int best = 0;
    for (int k = 1; k < logits.rows(); k++) {
      if (z[from + k] > z[from + best]) {
        best = k;
      }
    }
    return best;
  }

  /** The class probabilities of the example in {@code column}. */
  public static double[] probabilities(Matrix logits, int column) {
    float largest = largest(logits, column);
    double[] result = new double[logits.rows()];
    double sum = 0;
    for (int k = 0; k < result.length; k++) {
      result[k] = StrictMath.exp((double) logits.data()[logits.columnOffset(column) + k] - largest);
      sum += result[k];
    }
    for (int k = 0; k < result.length; k++) {
      result[k] /= sum;
    }
    return result;
  }

  private static float largest(Matrix logits, int column) {
    int from = logits.columnOffset(column);
    float largest = logits.data()[from];
    for (int k = 1; k < logits.rows(); k++) {
      largest = Math.max(largest, logits.data()[from + k]);
    }
    return largest;
  }
}

package io.lockstep.network;

import io.lockstep.lanes.Exponential;
import io.lockstep.lanes.Lanes;

/**
 * Softmax cross-entropy from logits, PyTorch's {@code nn.CrossEntropyLoss} before its mean, in
 * nats.
 *
 * <p>With {@code m} the largest logit, {@code loss = m + log(sum_k exp(z_k - m)) - z_label} and
 * {@code dLoss/dz_k = softmax(z)_k - [k = label]}: finite for every finite logit. {@link
 * Exponential} and {@code StrictMath} give every machine the same bits.
 */
public final class SoftmaxCrossEntropy {
  private SoftmaxCrossEntropy() {}

  /** The loss of {@code image}. */
  public static double loss(Lanes logits, int image, int label) {
    return new Softmax(logits, image).loss(label);
  }

  /**
   * The loss as {@link #loss}; writes dLoss/dLogits to the same image of {@code gradient}.
   *
   * @param exponentials working memory of a value per class: rounding to float in the loop that
   *     computes them would have each wait for the one before
   */
  public static double lossAndGradient(
      Lanes logits, int image, int label, Lanes gradient, double[] exponentials) {
    float largest = largest(logits, image);
    double sum = 0;
    for (int k = 0; k < logits.size(); k++) {
      exponentials[k] = Exponential.of((double) logits.get(k, image) - largest);
      sum += exponentials[k];
    }
    for (int k = 0; k < logits.size(); k++) {
      // Rounded before it is divided, too: so it was always done, and the bits hold.
      gradient.set(k, image, (float) ((float) exponentials[k] / sum));
    }
    gradient.set(label, image, gradient.get(label, image) - 1);
    return largest + StrictMath.log(sum) - logits.get(label, image);
  }

  /** The class with the largest logit; the first of equals. */
  public static int prediction(Lanes logits, int image) {
    int best = 0;
    for (int k = 1; k < logits.size(); k++) {
      if (logits.get(k, image) > logits.get(best, image)) {
        best = k;
      }
    }
    return best;
  }

  static float largest(Lanes logits, int image) {
    float largest = logits.get(0, image);
    for (int k = 1; k < logits.size(); k++) {
      largest = Math.max(largest, logits.get(k, image));
    }
    return largest;
  }
}

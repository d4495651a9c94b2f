package io.lockstep.network;

import io.lockstep.lanes.Exponential;
import io.lockstep.lanes.Lanes;

/**
 * The softmax of one example's logits, from which come its probabilities and its loss: {@code
 * softmax(z)_k = exp(z_k - m) / sum_i exp(z_i - m)} with {@code m} the largest logit. See {@link
 * SoftmaxCrossEntropy}.
 */
final class Softmax {
  private final Lanes logits;
  private final int image;
  private final float largest;
  private final double[] exponentials;
  private final double sum;

  /** Of the logits of {@code image}, as they are now. */
  Softmax(Lanes logits, int image) {
    this.logits = logits;
    this.image = image;
    this.largest = SoftmaxCrossEntropy.largest(logits, image);
    this.exponentials = new double[logits.size()];
    double sum = 0;
    for (int k = 0; k < exponentials.length; k++) {
      exponentials[k] = Exponential.of((double) logits.get(k, image) - largest);
      sum += exponentials[k];
    }
    this.sum = sum;
  }

  /** The image that it is of. */
  int image() {
    return image;
  }

  /** The class probabilities. */
  double[] probabilities() {
    double[] result = new double[exponentials.length];
    for (int k = 0; k < result.length; k++) {
      result[k] = exponentials[k] / sum;
    }
    return result;
  }

  /** The loss if the class is {@code label}, in nats. */
  double loss(int label) {
    return largest + StrictMath.log(sum) - logits.get(label, image);
  }
}

package io.lockstep.training;

import io.lockstep.lanes.Lanes;

/**
 * Moves a part of each label's weight to all classes alike: PyTorch's {@code CrossEntropyLoss} with
 * {@code label_smoothing}; Szegedy et al., "Rethinking the Inception Architecture" (arXiv:
 * 1512.00567v3), section 7.
 *
 * <p>With {@code e} the part and {@code K} classes, the loss is that against {@code (1 - e) [k =
 * label] + e / K}. As softmax's losses of all classes differ by their logits alone, that is
 *
 * <pre>
 * loss        + e * (z_label - mean(z))
 * dLoss/dz_k  + e * [k = label] - e / K
 * </pre>
 */
final class LabelSmoothing {
  private LabelSmoothing() {}

  /**
   * Smooths the loss of one image.
   *
   * @param part in (0, 1)
   * @param loss against the label alone
   * @param gradient of that loss, for the same image; overwritten with the smoothed loss's
   * @return the smoothed loss
   */
  static double apply(
      double part, double loss, Lanes logits, int image, int label, Lanes gradient) {
    int classes = logits.size();
    float share = (float) (part / classes);
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += logits.get(k, image);
      gradient.set(k, image, gradient.get(k, image) - share);
    }
    gradient.set(label, image, gradient.get(label, image) + (float) part);
    return loss + part * (logits.get(label, image) - sum / classes);
  }
}

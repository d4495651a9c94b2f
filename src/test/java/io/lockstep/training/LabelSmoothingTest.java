package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.lanes.Lanes;
import io.lockstep.network.SoftmaxCrossEntropy;
import org.junit.jupiter.api.Test;

class LabelSmoothingTest {
  private static final float[] LOGITS = {1.5f, -0.5f, 0.25f, 2};
  private static final double PART = 0.2;
  private static final int LABEL = 2;

  private final Lanes logits = Lanes.zeros(4, Lanes.COUNT);
  private final Lanes gradient = Lanes.zeros(4, Lanes.COUNT);

  private double smoothed() {
    for (int k = 0; k < LOGITS.length; k++) {
      logits.set(k, 0, LOGITS[k]);
    }
    double loss =
        SoftmaxCrossEntropy.lossAndGradient(
            logits, 0, LABEL, gradient, new double[gradient.size()]);
    return LabelSmoothing.apply(PART, loss, logits, 0, LABEL, gradient);
  }

  @Test
  void apply_toALoss_isThatAgainstTheSmoothedLabel() {
    double expected = 0;
    double loss = smoothed();
    for (int k = 0; k < LOGITS.length; k++) {
      double target = (k == LABEL ? 1 - PART : 0) + PART / LOGITS.length;
      double ownLoss = SoftmaxCrossEntropy.loss(logits, 0, k);
      expected += target * ownLoss;
      assertEquals(Math.exp(-ownLoss) - target, gradient.get(k, 0), 1e-7);
    }

    assertEquals(expected, loss, 1e-6);
  }

  @Test
  void apply_toAGradient_leavesItsSumAtZero() {
    smoothed();

    double sum = 0;
    for (int k = 0; k < LOGITS.length; k++) {
      sum += gradient.get(k, 0);
    }
    assertEquals(0, sum, 1e-6);
  }
}

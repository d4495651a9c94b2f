package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.lanes.Lanes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {
  private static final int[] LABELS = {0, 3, 1, 1, 2};

  @Test
  void gradient_matchesCentralDifferences() {
    float[] logits = LayerRun.draw(4 * LABELS.length, new SplittableRandom(7));
    Lanes z = Rows.lanes(4, logits);
    Lanes gradient = Rows.lanes(4, new float[logits.length]);
    for (int i = 0; i < LABELS.length; i++) {
      SoftmaxCrossEntropy.lossAndGradient(z, i, LABELS[i], gradient, new double[gradient.size()]);
    }

    GradientCheck.assertGradient(
        "cross-entropy",
        logits,
        Rows.of(gradient, LABELS.length),
        () -> {
          z.fill(logits, 0, LABELS.length);
          double sum = 0;
          for (int i = 0; i < LABELS.length; i++) {
            sum += SoftmaxCrossEntropy.loss(z, i, LABELS[i]);
          }
          return sum;
        });
  }

  @Test
  void lossAndGradient_oneImage_leavesTheOthersAlone() {
    Lanes z = Rows.lanes(2, 1, 1, 2, 2, 3, 3);
    Lanes gradient = Rows.lanes(2, 7, 7, 7, 7, 7, 7);

    SoftmaxCrossEntropy.lossAndGradient(z, 1, 0, gradient, new double[gradient.size()]);

    assertArrayEquals(new float[] {7, 7, -0.5f, 0.5f, 7, 7}, Rows.of(gradient, 3));
  }

  @Test
  void loss_farApartLogits_isTheirDifference() {
    Lanes z = Rows.lanes(2, 1000, -1000);

    assertEquals(2000, SoftmaxCrossEntropy.loss(z, 0, 1));
    assertEquals(0, SoftmaxCrossEntropy.loss(z, 0, 0));
  }

  @Test
  void loss_equalLogits_isTheLogarithmOfTheClasses() {
    Lanes z = Rows.lanes(10, new float[10]);

    assertEquals(Math.log(10), SoftmaxCrossEntropy.loss(z, 0, 4), 1e-15);
  }

  @Test
  void loss_notANumberAmongTheLogits_isNotANumber() {
    Lanes z = Rows.lanes(3, 1, Float.NaN, 2);

    assertTrue(Double.isNaN(SoftmaxCrossEntropy.loss(z, 0, 0)));
  }

  @Test
  void prediction_equalLogits_isTheFirst() {
    Lanes z = Rows.lanes(4, 0, 5, 5, 1, -3, -3, -4, -3);

    assertEquals(1, SoftmaxCrossEntropy.prediction(z, 0));
    assertEquals(0, SoftmaxCrossEntropy.prediction(z, 1));
  }

  @Test
  void probabilities_areTheSoftmax() {
    Lanes z = Rows.lanes(2, 9, 9, 0, (float) Math.log(3));

    assertArrayEquals(new double[] {0.25, 0.75}, new Softmax(z, 1).probabilities(), 1e-7);
  }
}

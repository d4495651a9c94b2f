package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.linalg.Matrix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {
  private static final int[] LABELS = {0, 3, 1, 1, 2};

  @Test
  void gradient_matchesCentralDifferences() {
    float[] logits = LayerRun.draw(4 * LABELS.length, new SplittableRandom(7));
    Matrix z = Matrix.of(4, LABELS.length, logits);
    Matrix gradient = Matrix.zeros(4, LABELS.length);
    for (int i = 0; i < LABELS.length; i++) {
      SoftmaxCrossEntropy.lossAndGradient(z, i, LABELS[i], gradient);
    }

    GradientCheck.assertGradient(
        "cross-entropy",
        logits,
        gradient.data(),
        () -> {
          double sum = 0;
          for (int i = 0; i < LABELS.length; i++) {
            sum += SoftmaxCrossEntropy.loss(z, i, LABELS[i]);
          }
          return sum;
        });
  }

  @Test
  void lossAndGradient_oneColumn_leavesTheOthersAlone() {
    Matrix z = Matrix.of(2, 3, new float[] {1, 1, 2, 2, 3, 3});
    Matrix gradient = Matrix.of(2, 3, new float[] {7, 7, 7, 7, 7, 7});

    SoftmaxCrossEntropy.lossAndGradient(z, 1, 0, gradient);

    assertArrayEquals(new float[] {7, 7, -0.5f, 0.5f, 7, 7}, gradient.data());
  }

  @Test
  void loss_farApartLogits_isTheirDifference() {
    Matrix z = Matrix.of(2, 1, new float[] {1000, -1000});

    assertEquals(2000, SoftmaxCrossEntropy.loss(z, 0, 1));
    assertEquals(0, SoftmaxCrossEntropy.loss(z, 0, 0));
  }

  @Test
  void loss_equalLogits_isTheLogarithmOfTheClasses() {
    Matrix z = Matrix.of(10, 1, new float[10]);

    assertEquals(Math.log(10), SoftmaxCrossEntropy.loss(z, 0, 4), 1e-15);
  }

  @Test
  void loss_notANumberAmongTheLogits_isNotANumber() {
    Matrix z = Matrix.of(3, 1, new float[] {1, Float.NaN, 2});

    assertTrue(Double.isNaN(SoftmaxCrossEntropy.loss(z, 0, 0)));
  }

  @Test
  void prediction_equalLogits_isTheFirst() {
    Matrix z = Matrix.of(4, 2, new float[] {0, 5, 5, 1, -3, -3, -4, -3});

    assertEquals(1, SoftmaxCrossEntropy.prediction(z, 0));
    assertEquals(0, SoftmaxCrossEntropy.prediction(z, 1));
  }

  @Test
  void probabilities_areTheSoftmax() {
    Matrix z = Matrix.of(2, 2, new float[] {9, 9, 0, (float) Math.log(3)});

    assertArrayEquals(new double[] {0.25, 0.75}, SoftmaxCrossEntropy.probabilities(z, 1), 1e-7);
  }
}

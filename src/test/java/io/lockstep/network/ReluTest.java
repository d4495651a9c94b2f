package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ReluTest {
  private static final float[] X = {
    -2,
    -0f,
    0,
    Float.MIN_VALUE,
    1e-30f,
    3,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  @Test
  void forward_keepsPositiveValuesAndNaN() {
    LayerRun run = new LayerRun(new Relu().on(new Shape.Vector(X.length)), 1);
    run.fill(X, new float[0]);

    run.forward();

    assertArrayEquals(
        new float[] {
          0,
          0,
          0,
          Float.MIN_VALUE,
          1e-30f,
          3,
          Float.MAX_VALUE,
          Float.POSITIVE_INFINITY,
          0,
          Float.NaN
        },
        run.output);
  }

  @Test
  void inputGradient_isTheOutputGradientWhereTheOutputIsPositive() {
    LayerRun run = new LayerRun(new Relu().on(new Shape.Vector(X.length)), 1);
    run.fill(X, new float[0]);
    run.forward();
    for (int i = 0; i < X.length; i++) {
      run.outputGradient[i] = 5 + i;
    }

    run.computeInputGradient();

    assertArrayEquals(new float[] {0, 0, 0, 8, 9, 10, 11, 12, 0, Float.NaN}, run.inputGradient);
  }
}

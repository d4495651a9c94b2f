package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GradientCheckTest {
  private final float[] point = {0.5f, -1, 2};

  @Test
  void assertGradient_rightGradient_passesAndRestoresThePoint() {
    GradientCheck.assertGradient("square", point, new float[] {0.5f, -1, 2}, this::halfSquare);

    assertArrayEquals(new float[] {0.5f, -1, 2}, point);
  }

  @Test
  void assertGradient_oneWrongDerivative_failsNamingTheCoordinate() {
    float[] wrong = {0.5f, -1.01f, 2};

    AssertionError e =
        assertThrows(
            AssertionError.class,
            () -> GradientCheck.assertGradient("square", point, wrong, this::halfSquare));

    assertEquals("square: coordinate 1 of 3, backprop -1.010000e+00", head(e, 49));
  }

  @Test
  void assertGradient_notANumber_fails() {
    float[] wrong = {Float.NaN, -1, 2};

    AssertionError e =
        assertThrows(
            AssertionError.class,
            () -> GradientCheck.assertGradient("square", point, wrong, this::halfSquare));

    assertEquals("square: coordinate 0 of 3, backprop NaN, central", head(e, 48));
  }

  private static String head(Throwable e, int length) {
    return e.getMessage().substring(0, length);
  }

  private double halfSquare() {
    double sum = 0;
    for (float x : point) {
      sum += 0.5 * x * x;
    }
    return sum;
  }
}

package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void of_manyArguments_isWithinTwoUlpsOfTheJdks() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 100_000; i++) {
      double x = i % 2 == 0 ? -708 * random.nextDouble() : -random.nextDouble();
      double expected = StrictMath.exp(x);

      assertEquals(expected, Exponential.of(x), 2 * Math.ulp(expected), () -> "exp(" + x + ")");
    }
  }

  @Test
  void of_zero_isOne() {
    assertEquals(1, Exponential.of(0));
    assertEquals(1, Exponential.of(-0.0));
  }

  @Test
  void of_argumentsBelowTheRange_isZero() {
    assertEquals(0, Exponential.of(-708.5));
    assertEquals(0, Exponential.of(-1e308));
    assertEquals(0, Exponential.of(Double.NEGATIVE_INFINITY));
  }

  @Test
  void of_notANumber_isNotANumber() {
    assertEquals(Double.NaN, Exponential.of(Double.NaN));
  }
}

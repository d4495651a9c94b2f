package io.lockstep.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {
  private static double sum(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum.value();
  }

  @Test
  void value_nothingAdded_isZero() {
    assertEquals(0.0, sum());
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        1,
        -1,
        0.1,
        1e-300,
        -1e300,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE
      })
  void value_oneValue_isThatValue(double value) {
    assertEquals(value, sum(value));
  }

  @ParameterizedTest
  @CsvSource({
    "1e308, 1, -1e308, 1",
    "1, 1e-300, -1, 1e-300",
    "-3, 2, 1, 0",
    "9007199254740992, 1, 0, 9007199254740992", // a half, to even
    "9007199254740992, 1, 4.9e-324, 9007199254740994", // more than a half
    "9007199254740994, 1, 0, 9007199254740996",
    "-9007199254740992, -1, -4.9e-324, -9007199254740994",
    "2.2250738585072014E-308, -4.9E-324, 0, 2.225073858507201E-308",
    "1.7976931348623157E308, 1.7976931348623157E308, 0, Infinity",
    "1.7976931348623157E308, 1.7976931348623157E308, -1.7976931348623157E308, 1.7976931348623157E308",
    "Infinity, 1, 2, Infinity",
    "-Infinity, 1, 2, -Infinity",
    "Infinity, -Infinity, 1, NaN",
    "NaN, Infinity, 1, NaN",
  })
  void value_threeValues_isRoundedOnce(double a, double b, double c, double expected) {
    assertEquals(expected, sum(a, b, c));
    assertEquals(expected, sum(c, b, a));
    assertEquals(expected, sum(b, c, a));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 2000})
  void value_manyValuesInAnyOrderAndParts_isTheNearestDouble(int exponents) {
    Random random = new Random(exponents);
    Double[] values = new Double[1000];
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.scalb(random.nextDouble() - 0.5, random.nextInt(exponents) - exponents / 2);
      exact = exact.add(new BigDecimal(values[i]));
    }
    List<Double> order = Arrays.asList(values);

    for (int parts = 1; parts <= 9; parts += 4) {
      Collections.shuffle(order, random);
      ExactSum[] sums = new ExactSum[parts];
      Arrays.setAll(sums, i -> new ExactSum());
      for (int i = 0; i < values.length; i++) {
        sums[i % parts].add(order.get(i));
      }
      for (int i = 1; i < parts; i++) {
        sums[0].add(sums[i]);
      }
      assertEquals(exact.doubleValue(), sums[0].value());
    }
  }

  @Test
  void add_aTrillionValues_isExact() {
    ExactSum sum = new ExactSum();
    sum.add(Math.nextDown(1.0));
    BigDecimal expected = new BigDecimal(Math.nextDown(1.0));
    for (int i = 0; i < 40; i++) {
      ExactSum same = new ExactSum();
      same.add(sum);
      sum.add(same);
      expected = expected.add(expected);
    }

    assertEquals(expected.doubleValue(), sum.value());
  }
}

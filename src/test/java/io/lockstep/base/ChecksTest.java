package io.lockstep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void requirePositive_outsideItsDomain_saysRuleAndValue(double value) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Checks.requirePositive("rate", value));

    assertEquals("rate must be > 0 and finite, but was " + value, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void requireNonNegative_outsideItsDomain_saysRuleAndValue(double value) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Checks.requireNonNegative("decay", value));

    assertEquals("decay must be >= 0 and finite, but was " + value, e.getMessage());
  }

  @Test
  void checks_valuesOnTheEdgeOfTheirDomain_pass() {
    Checks.requirePositive("rate", Double.MIN_VALUE);
    Checks.requireNonNegative("decay", 0);
    Checks.requireAtLeastOne("count", 1);

    assertEquals(
        "count must be >= 1, but was 0",
        assertThrows(InvalidInputException.class, () -> Checks.requireAtLeastOne("count", 0))
            .getMessage());
  }
}

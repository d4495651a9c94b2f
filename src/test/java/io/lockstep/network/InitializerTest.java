package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
  private static final int DRAWS = 200_000;
  private static final Parameter WEIGHT =
      new Parameter("0.weight", Parameter.Role.WEIGHT, List.of(30, 50), 50, 30, 0);

  /** Bounds and standard deviations from the definitions, for 50 inputs and 30 outputs. */
  @ParameterizedTest
  @CsvSource({
    "kaimingNormal, Infinity, 0.2", // sqrt(2 / 50)
    "kaimingUniform, 0.1414213562, 0.0816496581", // 1 / sqrt(50), / sqrt(3)
    "xavierUniform, 0.2738612788, 0.1581138830", // sqrt(6 / 80), / sqrt(3)
    "standardNormal, Infinity, 1",
    "normal { sigma = 0.01 }, Infinity, 0.01"
  })
  void draw_manyTimes_hasTheBoundsAndTheVarianceOfItsDefinition(
      String hocon, double bound, double sigma) {
    Initializer initializer = Initializer.of(value(hocon), "init.weights");
    SplittableRandom random = new SplittableRandom(17);
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < DRAWS; i++) {
      double x = initializer.draw(WEIGHT, random);
      sum += x;
      squares += x * x;
      largest = Math.max(largest, Math.abs(x));
    }

    // Four standard errors: of a mean sigma / sqrt(n), of a normal variance sqrt(2 / n).
    assertEquals(0, sum / DRAWS / sigma, 4 / Math.sqrt(DRAWS));
    assertEquals(1, squares / DRAWS / (sigma * sigma), 4 * Math.sqrt(2.0 / DRAWS));
    assertTrue(largest <= bound, () -> "a draw left its bounds");
    assertTrue(largest >= Math.min(0.999 * bound, 4 * sigma), () -> "no draw came near its bounds");
  }

  @Test
  void zeros_areZero() {
    assertEquals(0, new Zeros().draw(WEIGHT, new SplittableRandom(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kaimingNormal",
        "kaimingUniform",
        "standardNormal",
        "xavierUniform",
        "zeros",
        "normal { sigma = 0.25 }"
      })
  void toConfig_writtenAndReadAgain_isEqual(String hocon) {
    Initializer initializer = Initializer.of(value(hocon), "init.weights");

    assertEquals(
        initializer,
        Initializer.of(value(initializer.toConfig().render(HoconText.COMPACT)), "init.weights"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kaimingNorm |"
            + " init.weights = kaimingNorm is unknown; did you mean kaimingNormal?"
            + " Known: kaimingNormal, kaimingUniform, normal, standardNormal, xavierUniform,"
            + " zeros.",
        "normal { sigma = 0 } | normal sigma must be > 0 and finite, but was 0.0",
        "normal { sigma = -1 } | normal sigma must be > 0 and finite, but was -1.0",
        "normal | init.weights.normal.sigma is missing: set a number",
        "zeros { sigma = 1 } | Unknown setting init.weights.zeros.sigma (String: 1). Known settings"
            + " here: none."
      })
  void of_badConfiguration_saysWhatIsWrong(String hocon, String message) {
    ConfigValue value = value(hocon);

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Initializer.of(value, "init.weights"));

    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void sigma_outsideItsDomain_isRejectedWithRuleAndValue(double sigma) {
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> new Normal(sigma));

    assertEquals("normal sigma must be > 0 and finite, but was " + sigma, e.getMessage());
  }

  @Test
  void plan_sameSeedTwice_givesTheSameBits() {
    Network network = TestNetworks.of(TestNetworks.CNN);

    assertArrayEquals(
        Initializer.Scheme.DEFAULTS.draw(network, new Seeds(5)),
        Initializer.Scheme.DEFAULTS.draw(network, new Seeds(5)));
    assertFalse(
        Arrays.equals(
            Initializer.Scheme.DEFAULTS.draw(network, new Seeds(5)),
            Initializer.Scheme.DEFAULTS.draw(network, new Seeds(6))));
  }

  @Test
  void plan_weightsAndBiases_areDrawnByTheirOwnInitializers() {
    Network network = TestNetworks.of(TestNetworks.CNN);
    Initializer.Scheme plan = new Initializer.Scheme(new StandardNormal(), new Zeros());

    float[] values = plan.draw(network, new Seeds(5));

    for (Parameter parameter : network.parameters()) {
      for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
        assertEquals(parameter.role() == Parameter.Role.BIAS, values[i] == 0, parameter.name());
      }
    }
  }

  @Test
  void plan_tensorOfALaterLayer_doesNotDependOnTheSizeOfEarlierOnes() {
    Initializer.Scheme plan = new Initializer.Scheme(new StandardNormal(), new Zeros());
    float[] small =
        plan.draw(
            TestNetworks.of("input = [4], layers = [{dense {units = 3}}, {dense {units = 2}}]"),
            new Seeds(1));
    float[] large =
        plan.draw(
            TestNetworks.of("input = [9], layers = [{dense {units = 3}}, {dense {units = 2}}]"),
            new Seeds(1));

    assertArrayEquals(
        Arrays.copyOfRange(small, 15, small.length), Arrays.copyOfRange(large, 30, large.length));
  }

  @Test
  void plan_readWithoutSettings_isPyTorchsDefault() {
    Initializer.Scheme plan =
        Initializer.Scheme.of(Settings.of(ConfigFactory.parseString("biases = zeros")));

    assertEquals(new Initializer.Scheme(new KaimingUniform(), new Zeros()), plan);
  }

  private static ConfigValue value(String hocon) {
    String field = hocon.startsWith("{") ? hocon : hocon.contains("{") ? "{" + hocon + "}" : hocon;
    return ConfigFactory.parseString("v = " + field).getValue("v");
  }
}

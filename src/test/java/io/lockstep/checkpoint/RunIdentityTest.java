package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.network.NetworkSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunIdentityTest {
  private static final Config SETTINGS =
      ConfigFactory.parseString(
          "name = a, training { epochs = 3, optimizer { sgd { learningRate = 0.5 } } },"
              + " distributed { workers = 2 }, checkpoints { keep = 3 }, maxSteps = 60");

  private static RunIdentity run(String layers, String data, Config settings) {
    Settings network =
        Settings.of(ConfigFactory.parseString("input = [8], layers = " + layers).root(), "network");
    return new RunIdentity(NetworkSpec.of(network), data, settings);
  }

  private static final RunIdentity THERE =
      run("[{dense {units = 5}}, relu, {dense {units = 2}}]", "abc", SETTINGS);

  @Test
  void requireSame_whatMayNotChangeABit_mayDiffer() {
    Config other =
        ConfigFactory.parseString(
                "name = b, distributed { workers = 4 }, checkpoints { keep = 1, x = 2 },"
                    + " training.optimizer.sgd.learningRate = 0.50")
            .withFallback(SETTINGS);

    THERE.requireSame(new RunIdentity(THERE.network(), "abc", other), "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.optimizer.sgd.learningRate = 0.25 | training.optimizer.sgd.learningRate is 0.5"
            + " there, 0.25 here",
        "training.epochs = 4 | training.epochs is 3 there, 4 here",
        "training.seed = 4 | training.seed is not set there, 4 here",
        "maxSteps = null | maxSteps is 60 there, null here",
      })
  void requireSame_otherSetting_isRefusedWithBothValues(String setting, String difference) {
    Config here = ConfigFactory.parseString(setting).withFallback(SETTINGS);

    assertRefused(
        "c is of another run: "
            + difference
            + ". Resume with the settings it was started with, or start a new run without"
            + " --resume.",
        new RunIdentity(THERE.network(), "abc", here));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{dense {units = 5}}, relu, {dense {units = 3}}] | network.layers[2].dense.units is 2"
            + " there, 3 here",
        "[{dense {units = 5}}, {dense {units = 3}}] | network.layers is"
            + " [{dense{units=5}},relu,{dense{units=2}}] there, [{dense{units=5}},{dense{units=3}}]"
            + " here",
      })
  void requireSame_otherNetwork_isRefusedWithTheLayer(String layers, String difference) {
    assertRefused(
        "c is of another run: "
            + difference
            + ". Resume with the settings it was started with, or start a new run without"
            + " --resume.",
        run(layers, "abc", SETTINGS));
  }

  @Test
  void requireSame_otherData_isRefusedWithBothChecksums() {
    assertRefused(
        "c is of other data: SHA-256 abc there, def here. Give the --data it was started with.",
        new RunIdentity(THERE.network(), "def", SETTINGS));
  }

  private static void assertRefused(String message, RunIdentity here) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> THERE.requireSame(here, "c"));

    assertEquals(message, e.getMessage());
  }
}

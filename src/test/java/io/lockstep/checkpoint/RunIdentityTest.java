package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.checkpoint.RunIdentity.Accepted;
import io.lockstep.data.DataFingerprint;
import io.lockstep.network.NetworkSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunIdentityTest {
  private static final Config SETTINGS =
      ConfigFactory.parseString(
          "name = a, training { epochs = 3, optimizer { sgd { learningRate = 0.5 } } },"
              + " distributed { workers = 2 }, checkpoints { keep = 3 }, maxSteps = 60,"
              + " data { trainRows = all, validationRows = 20 }");

  private static NetworkSpec network(String layers) {
    return NetworkSpec.of(
        Settings.of(
            ConfigFactory.parseString("input = [8], layers = " + layers).root(), "network"));
  }

  private static final NetworkSpec NETWORK =
      network("[{dense {units = 5}}, relu, {dense {units = 2}}]");
  private static final RunIdentity THERE = Identities.of(NETWORK, SETTINGS);

  private static Config with(String settings) {
    return ConfigFactory.parseString(settings).withFallback(SETTINGS);
  }

  @Test
  void requireSame_whatMayNotChangeABit_mayDiffer() {
    Config other =
        with(
            "name = b, distributed { workers = 4 }, checkpoints { keep = 1, x = 2 },"
                + " training.optimizer.sgd.learningRate = 0.50");

    RunIdentity here = Identities.of(NETWORK, other);

    THERE.requireSame(here, "c", Accepted.SAME_ARITHMETIC);
    assertEquals(THERE.sha256(), here.sha256());
  }

  @Test
  void sha256_sameValuesWrittenOtherwise_isTheSame() {
    assertEquals(
        Identities.of(NETWORK, with("training { momentum = 0.0, seed = 9007199254740993 }"))
            .sha256(),
        Identities.of(
                NETWORK,
                ConfigFactory.parseMap(
                        Map.of("training.seed", 9007199254740993L, "training.momentum", 0))
                    .withFallback(SETTINGS))
            .sha256());
  }

  @Test
  void requireSame_sameRowsSaidOtherwise_areTheSame() {
    RunIdentity here = Identities.of(NETWORK, with("data { trainRows = 60, validationRows = 20 }"));

    THERE.requireSame(here, "c", Accepted.SAME_ARITHMETIC);
    assertEquals(THERE.sha256(), here.sha256());
  }

  @Test
  void requireSame_rowsWithoutATest_areTheSame() {
    RunIdentity here =
        Identities.of(NETWORK, new DataFingerprint(40, 20, "abc", Optional.empty()), SETTINGS);

    THERE.requireSame(here, "c", Accepted.SAME_ARITHMETIC);
    assertEquals(THERE.sha256(), here.sha256());
  }

  @Test
  void sha256_whatDecidesABit_changesIt() {
    Set<String> all =
        Set.of(
            THERE.sha256(),
            new RunIdentity(1, NETWORK, THERE.data(), SETTINGS).sha256(),
            Identities.of(network("[{dense {units = 5}}]"), SETTINGS).sha256(),
            Identities.of(NETWORK, new DataFingerprint(40, 20, "x", Optional.empty()), SETTINGS)
                .sha256(),
            Identities.of(NETWORK, with("training.seed = 4")).sha256());

    assertEquals(5, all.size());
  }

  @Test
  void requireSame_otherArithmetic_isRefusedWithBothNumbersAndTheWayOn() {
    RunIdentity old = new RunIdentity(1, NETWORK, Optional.empty(), SETTINGS);

    assertEquals(
        "c is of another arithmetic: 1 there, 2 here, so the run would not end with the bits it"
            + " began for. Resume it with the lockstep that wrote it, start a new run without"
            + " --resume, or go on without that promise: --accept-other-arithmetic.",
        refusal(old, THERE, Accepted.SAME_ARITHMETIC));
    old.requireSame(THERE, "c", Accepted.ANY_ARITHMETIC);
  }

  @Test
  void requireSame_otherRunOfAnAcceptedArithmetic_isStillRefused() {
    RunIdentity old = new RunIdentity(1, NETWORK, Optional.empty(), SETTINGS);

    assertEquals(
        "c is of another run: data.trainRows is all there, 9 here. Resume with the settings it was"
            + " started with, or start a new run without --resume.",
        refusal(old, Identities.of(NETWORK, with("data.trainRows = 9")), Accepted.ANY_ARITHMETIC));
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
    Config here = with(setting);

    assertRefused(
        "c is of another run: "
            + difference
            + ". Resume with the settings it was started with, or start a new run without"
            + " --resume.",
        Identities.of(NETWORK, here));
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
        Identities.of(network(layers), SETTINGS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"def | test | abc | def", "abc | other | test | other"})
  void requireSame_otherData_isRefusedWithBothChecksums(
      String sha256, String test, String there, String here) {
    DataFingerprint data = new DataFingerprint(40, 20, sha256, Optional.of(test));

    assertRefused(
        "c is of other data: SHA-256 "
            + there
            + " there, "
            + here
            + " here. Give the --data it was started with.",
        Identities.of(NETWORK, data, SETTINGS));
  }

  @Test
  void requireSame_otherRowsBecauseOfASetting_namesTheSetting() {
    assertRefused(
        "c is of another run: data.validationRows is 20 there, 10 here. Resume with the settings it"
            + " was started with, or start a new run without --resume.",
        Identities.of(
            NETWORK,
            new DataFingerprint(50, 10, "def", Optional.of("test")),
            with("data.validationRows = 10")));
  }

  private static void assertRefused(String message, RunIdentity here) {
    assertEquals(message, refusal(THERE, here, Accepted.SAME_ARITHMETIC));
  }

  private static String refusal(RunIdentity there, RunIdentity here, Accepted accepted) {
    return assertThrows(InvalidInputException.class, () -> there.requireSame(here, "c", accepted))
        .getMessage();
  }
}

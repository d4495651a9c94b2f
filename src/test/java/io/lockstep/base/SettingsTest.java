package io.lockstep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void getters_valuesOfTheirTypes_readThem() {
    Settings settings =
        settings("i = 7, l = 5000000000, d = 0.5, b = true, s = text, n = [1, 2], e = 1e3");

    assertEquals(7, settings.intValue("i"));
    assertEquals(7, settings.intValue("i", 1));
    assertEquals(5_000_000_000L, settings.longValue("l", 1));
    assertEquals(Long.MAX_VALUE, settings("l = 9223372036854775807").longValue("l", 1));
    assertEquals(Long.MIN_VALUE, settings("l = -9223372036854775808").longValue("l", 1));
    assertEquals(0.5, settings.doubleValue("d"));
    assertEquals(7.0, settings.doubleValue("i", 0));
    assertTrue(settings.booleanValue("b", false));
    assertEquals("text", settings.stringValue("s", ""));
    assertEquals("0.5", settings.stringValue("d", ""));
    assertEquals(List.of(1, 2), settings.intList("n"));
    assertEquals(1000, settings.intValue("e"));
  }

  @Test
  void getters_valuesAsText_readThemToo() {
    Settings settings = settings("i = \"7\", d = \"0.5\", b = \"true\"");

    assertEquals(7, settings.intValue("i"));
    assertEquals(0.5, settings.doubleValue("d"));
    assertTrue(settings.booleanValue("b", false));
  }

  @Test
  void getters_nothingSetOrNull_giveTheFallback() {
    Settings settings = settings("x = null");
    for (String key : new String[] {"absent", "x"}) {
      assertEquals(3, settings.intValue(key, 3));
      assertEquals(4L, settings.longValue(key, 4));
      assertEquals(0.25, settings.doubleValue(key, 0.25));
      assertFalse(settings.booleanValue(key, false));
      assertEquals("f", settings.stringValue(key, "f"));
      assertEquals(List.of(), settings.section(key).keys());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "abc", "[1]", "3000000000", "1.0E300", "{a=1}", "true"})
  void intValue_otherType_saysWhatItMustBe(String value) {
    String expected = "run.k must be a whole number, but was " + value + " (String: 1)";

    assertEquals(expected, message(() -> settings("k = " + value).intValue("k", 1)));
    assertEquals(expected, message(() -> settings("k = " + value).intValue("k")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "abc", "1.0E300", "-1.0E19"})
  void longValue_otherType_saysWhatItMustBe(String value) {
    assertEquals(
        "run.k must be a whole number, but was " + value + " (String: 1)",
        message(() -> settings("k = " + value).longValue("k", 1)));
  }

  @Test
  void doubleValue_otherType_saysWhatItMustBe() {
    assertEquals(
        "run.k must be a number, but was abc (String: 1)",
        message(() -> settings("k = abc").doubleValue("k")));
    assertEquals(
        "run.k must be a number, but was [] (String: 1)",
        message(() -> settings("k = []").doubleValue("k", 1)));
  }

  @Test
  void booleanValue_otherType_saysWhatItMustBe() {
    assertEquals(
        "run.k must be true or false, but was maybe (String: 1)",
        message(() -> settings("k = maybe").booleanValue("k", true)));
    assertEquals(
        "run.k must be true or false, but was 1 (String: 1)",
        message(() -> settings("k = 1").booleanValue("k", true)));
  }

  @Test
  void stringValue_otherType_saysWhatItMustBe() {
    assertEquals(
        "run.k must be a text, but was [1,2] (String: 1)",
        message(() -> settings("k = [1, 2]").stringValue("k", "")));
  }

  @Test
  void list_otherTypeOrMissing_saysSo() {
    assertEquals(
        "run.k must be a list [ ... ], but was 3 (String: 1)",
        message(() -> settings("k = 3").list("k")));
    assertEquals("run.k is missing: set a list", message(() -> settings("").list("k")));
    assertEquals(
        "run.k must be a whole number, but was x (String: 1)",
        message(() -> settings("k = [1, x]").intList("k")));
  }

  @Test
  void section_otherType_saysWhatItMustBe() {
    assertEquals(
        "run.k must be an object { ... }, but was 3 (String: 1)",
        message(() -> settings("k = 3").section("k")));
  }

  @Test
  void required_missing_saysWhatToSet() {
    assertEquals("run.k is missing: set a whole number", message(() -> settings("").intValue("k")));
    assertEquals("run.k is missing: set a number", message(() -> settings("").doubleValue("k")));
  }

  @Test
  void rejectUnknown_everythingAskedFor_isSilent() {
    Settings settings = settings("a = 1, b = 2");
    settings.intValue("a", 0);
    settings.intValue("b", 0);
    settings.intValue("c", 0);

    settings.rejectUnknown();

    assertEquals(List.of("a", "b"), settings.keys());
  }

  @Test
  void rejectUnknown_misspelt_namesTheNearestAndWhereItStands() {
    Settings settings = settings("learningRate = 1\nmomentun = 2");
    settings.doubleValue("learningRate", 1);
    settings.doubleValue("momentum", 1);
    settings.booleanValue("nesterov", false);

    assertEquals(
        "Unknown setting run.momentun (String: 2); did you mean momentum? Known settings here:"
            + " learningRate, momentum, nesterov.",
        message(settings::rejectUnknown));
  }

  @Test
  void rejectUnknown_likeNothingKnown_guessesNothing() {
    Settings settings = settings("zzz = 1");
    settings.intValue("epochs", 1);

    assertEquals(
        "Unknown setting run.zzz (String: 1). Known settings here: epochs.",
        message(settings::rejectUnknown));
  }

  @Test
  void rejectUnknown_atTheTop_namesTheKeyAlone() {
    Settings settings = Settings.of(ConfigFactory.parseString("nam = x"));
    settings.stringValue("name", "");

    assertEquals(
        "Unknown setting nam (String: 1); did you mean name? Known settings here: name.",
        message(settings::rejectUnknown));
  }

  @Test
  void choice_nameAloneOrWithSettings_isRead() {
    Settings.Choice bare = Settings.choice(value("relu"), "layers[0]");
    Settings.Choice full = Settings.choice(value("{dense {units = 5}}"), "layers[1]");

    assertEquals("relu", bare.kind());
    assertEquals(List.of(), bare.settings().keys());
    assertEquals("dense", full.kind());
    assertEquals(5, full.settings().intValue("units"));
    assertEquals("layers[1].dense.units", full.settings().name("units"));
  }

  @Test
  void choice_twoKinds_saysHowToOverride() {
    assertEquals(
        "training.optimizer must name exactly one kind, but names [adam, sgd]. Override the whole"
            + " value: --set 'training.optimizer={kind{...}}'.",
        message(() -> Settings.choice(value("{sgd {}, adam {}}"), "training.optimizer")));
  }

  @Test
  void choice_noKind_saysSo() {
    assertEquals(
        "o must name exactly one kind, but names []. Override the whole value: --set"
            + " 'o={kind{...}}'.",
        message(() -> Settings.choice(value("{}"), "o")));
  }

  @Test
  void choice_otherTypes_saysWhatItMustBe() {
    assertEquals(
        "o must be a name, or name { ... }, but was 3 (String: 1)",
        message(() -> Settings.choice(value("3"), "o")));
    assertEquals(
        "o.dense must be an object { ... }, but was 5 (String: 1)",
        message(() -> Settings.choice(value("{dense = 5}"), "o")));
  }

  @Test
  void unknownKind_nearOne_namesIt() {
    assertEquals(
        "training.optimizer = sdg is unknown; did you mean sgd? Known: adam, sgd.",
        Settings.unknownKind("training.optimizer", "sdg", List.of("adam", "sgd")).getMessage());
  }

  private static Settings settings(String hocon) {
    return Settings.of(ConfigFactory.parseString(hocon).root(), "run");
  }

  private static ConfigValue value(String hocon) {
    return ConfigFactory.parseString("v = " + hocon).getValue("v");
  }

  private static String message(Executable executable) {
    return assertThrows(InvalidInputException.class, executable).getMessage();
  }
}

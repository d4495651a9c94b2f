package io.lockstep.network;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Reads what {@code golden.py} wrote, and compares with it. */
final class Golden {
  private Golden() {}

  static Config read(String name) {
    try (Reader reader =
        new InputStreamReader(Golden.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
      return ConfigFactory.parseReader(
          reader, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(Config config, String key) {
    List<Double> values = config.getDoubleList(key);
    float[] result = new float[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i).floatValue();
    }
    return result;
  }

  /** Requires every value to be within 1e-6, relative where it is larger than 1. */
  static void assertClose(String what, float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      throw new AssertionError(what + ": " + expected.length + " expected, " + actual.length);
    }
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs((double) expected[i] - actual[i]);
      if (!(error <= 1e-6 * Math.max(1, Math.abs(expected[i])))) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "%s: value %d of %d is %.9g, PyTorch's %.9g",
                what,
                i,
                expected.length,
                actual[i],
                expected[i]));
      }
    }
  }
}

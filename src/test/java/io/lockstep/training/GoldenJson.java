package io.lockstep.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the files that PyTorch's scripts wrote beside them. */
final class GoldenJson {
  private GoldenJson() {}

  static Config read(String name) {
    return ConfigFactory.parseReader(
        new InputStreamReader(open(name), StandardCharsets.UTF_8),
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }

  static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = GoldenJson.class.getResourceAsStream(name);
    if (in == null) {
      throw new AssertionError("there is no resource " + name);
    }
    return in;
  }
}

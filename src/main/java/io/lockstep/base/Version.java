package io.lockstep.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions that this build was made of. */
public final class Version {
  private static final Properties PROPERTIES = load();

  /** This project. */
  public static final String LOCKSTEP = PROPERTIES.getProperty("lockstep");

  /** The OpenBLAS jar. */
  public static final String OPENBLAS = PROPERTIES.getProperty("openblas");

  private Version() {}

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}

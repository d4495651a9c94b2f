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

  /**
   * The arithmetic: raised by every change after which the same run ends with other bits, and with
   * it the golden sums of the tests. Checkpoints carry it, so that no run changes its arithmetic
   * halfway unnoticed.
   */
  public static final int ARITHMETIC = 2;

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

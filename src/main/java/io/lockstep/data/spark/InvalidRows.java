package io.lockstep.data.spark;

import io.lockstep.base.Checks;
import java.util.Locale;

/** What becomes of a row that can't be used: Spark ML's {@code handleInvalid}. */
public enum InvalidRows {
  /** The row is named, and nothing is done. */
  ERROR,
  /** The row is left out. */
  SKIP;

  /** The choice called {@code name}. */
  public static InvalidRows of(String name) {
    return Checks.choice(values(), name, "handleInvalid must be error or skip");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.lockstep.data;

import io.lockstep.base.InvalidInputException;
import java.util.Locale;

/** Which part of a data set a row belongs to. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** {@code train} or {@code test}: the parts that files come in. */
  public static Split ofFiles(String name) {
    return switch (name) {
      case "train" -> TRAIN;
      case "test" -> TEST;
      default -> throw new InvalidInputException("split must be train or test, but was " + name);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.lockstep.base;

/** The one shape of a domain check: rule, then actual value. */
public final class Checks {
  private Checks() {}

  /**
   * Requires {@code valid}; write the condition positively, so that NaN fails.
   *
   * @throws InvalidInputException with the message {@code rule, but was actual}
   */
  public static void require(boolean valid, String rule, Object actual) {
    if (!valid) {
      throw new InvalidInputException(rule + ", but was " + actual);
    }
  }

  /**
   * The one of {@code choices} that is written {@code name}.
   *
   * @throws InvalidInputException with the message {@code rule, but was name}
   */
  public static <E> E choice(E[] choices, String name, String rule) {
    for (E choice : choices) {
      if (choice.toString().equals(name)) {
        return choice;
      }
    }
    throw new InvalidInputException(rule + ", but was " + name);
  }

  /** Requires {@code value} to be finite and greater than 0. */
  public static void requirePositive(String name, double value) {
    require(Double.isFinite(value) && value > 0, name + " must be > 0 and finite", value);
  }

  /** Requires {@code value} to be finite and at least 0. */
  public static void requireNonNegative(String name, double value) {
    require(Double.isFinite(value) && value >= 0, name + " must be >= 0 and finite", value);
  }

  /** Requires {@code value} to be at least 0. */
  public static void requireAtLeastZero(String name, long value) {
    require(value >= 0, name + " must be >= 0", value);
  }

  /** Requires {@code value} to be at least 1. */
  public static void requireAtLeastOne(String name, long value) {
    require(value >= 1, name + " must be >= 1", value);
  }
}

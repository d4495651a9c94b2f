package io.lockstep.base;

/**
 * What the user gave can't be used: a setting, a file, a network, a command line.
 *
 * <p>The message says operand, rule, actual value and remedy; the command line prints it alone,
 * without a stack trace, and exits with 2.
 */
public final class InvalidInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.lockstep.distributed;

/** A run that started can't go on; the message says what happened, where, and what to do. */
public class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFailedException(String message) {
    super(message);
  }

  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** {@code cause} as something that may be thrown: itself, unless it is checked. */
  static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new RunFailedException(cause.getMessage(), cause);
  }
}

package io.lockstep.data;

import java.io.IOException;

/** A file that does not hold what its format or its neighbours promise. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedFileException(String message) {
    super(message);
  }

  public MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import io.lockstep.training.TrainingDivergedException;
import java.io.UncheckedIOException;

/** Finds what went wrong inside what Spark says went wrong. */
public final class Causes {
  private Causes() {}

  /** The exception of this project that is behind {@code failure}, or null. */
  public static RuntimeException ours(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidInputException
          || cause instanceof RunFailedException
          || cause instanceof TrainingDivergedException) {
        return (RuntimeException) cause;
      }
      if (cause instanceof MalformedFileException malformed) {
        return new UncheckedIOException(malformed.getMessage(), malformed);
      }
    }
    return null;
  }

  /** The first line of {@code failure}'s message: Spark appends stack traces. */
  public static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** {@code failure} as one of ours: the one behind it, or what happened and where to look. */
  public static RuntimeException explained(String what, Exception failure) {
    RuntimeException ours = ours(failure);
    return ours != null
        ? ours
        : new RunFailedException(
            what + ": " + firstLine(failure) + ". Look at the executor's log.", failure);
  }
}

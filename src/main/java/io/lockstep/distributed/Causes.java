package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import io.lockstep.training.TrainingDivergedException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** Finds what went wrong inside what Spark says went wrong. */
public final class Causes {
  private static final int MAX_LINES = 4;

  private Causes() {}

  /** The exception of this project that is behind {@code failure}, or null. */
  static RuntimeException ours(Throwable failure) {
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

  /** The message of {@code failure} without the stack trace that Spark appends. */
  static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return message
        .lines()
        .takeWhile(line -> !line.startsWith("\tat ") && !line.startsWith("Driver stacktrace"))
        .limit(MAX_LINES)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** {@code failure} as one of ours: the one behind it, or what happened and where to look. */
  public static RuntimeException explained(String what, Exception failure) {
    RuntimeException ours = ours(failure);
    return ours != null
        ? ours
        : new RunFailedException(
            what + ": " + message(failure) + " To see Spark's log, set LOCKSTEP_LOG_LEVEL=info.",
            failure);
  }
}

package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import io.lockstep.training.TrainingDivergedException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;

/** Finds what went wrong inside what Spark says went wrong. */
public final class SparkFailures {
  private static final int MAX_LINES = 4;
  private static final String INTERRUPTED = "Training was interrupted.";
  private static final String CANCELLED = "SPARK_JOB_CANCELLED";

  /** In front of what a worker said itself. */
  private static final Pattern OWN_CLASS = Pattern.compile("^io\\.lockstep\\.\\S+: ");

  private static final String TASK_FAILED = "finished unsuccessfully.";

  private SparkFailures() {}

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

  /**
   * Why a stage that failed with {@code failure} would fail again; null if it might not.
   *
   * <p>Behind a barrier stage's failure Spark keeps no cause: a task's own exception shows only in
   * the message, and those worth telling apart are told to the coordinator.
   */
  static RuntimeException lasting(String what, Exception failure) {
    RuntimeException ours = ours(failure);
    return isCancelled(failure) || (ours != null && !(ours instanceof RunFailedException))
        ? explained(what, failure)
        : null;
  }

  /** Whether a cancelled job is behind {@code failure}. */
  static boolean isCancelled(Throwable failure) {
    return cancellation(failure) != null;
  }

  /** What Spark says of the cancelled job behind {@code failure}, or null. */
  private static Throwable cancellation(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable spark && CANCELLED.equals(spark.getCondition())) {
        return cause;
      }
    }
    return null;
  }

  /** The interruption of this thread behind {@code failure}, or null. */
  private static Throwable interruption(Throwable failure) {
    if (failure instanceof InterruptedException) {
      return failure;
    }
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (Throwable cause = failure; interrupted && cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof InterruptedIOException
          || cause instanceof ClosedByInterruptException) {
        return cause;
      }
    }
    return null;
  }

  /** This thread was interrupted, as {@code cause} says, and stays so. */
  static RunStoppedException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    return new RunStoppedException(INTERRUPTED, cause);
  }

  /** What became of the task, in a message that says at length that a stage failed with it. */
  static String ofTask(Exception failure) {
    String message = message(failure);
    int end = message.indexOf(TASK_FAILED);
    String ofTask = end < 0 ? message : message.substring(end + TASK_FAILED.length()).strip();
    return OWN_CLASS.matcher(ofTask).replaceFirst("");
  }

  /**
   * Returns what {@code jobs} returns. Spark throws checked exceptions through an API that declares
   * none.
   *
   * @param what to say of a failure that is none of ours
   * @throws RuntimeException the failure as {@link #explained}
   */
  public static <T> T explaining(String what, Supplier<T> jobs) {
    try {
      return jobs.get();
    } catch (Exception e) {
      throw explained(what, e);
    }
  }

  /** The same for jobs that return nothing. */
  public static void explaining(String what, Runnable jobs) {
    explaining(
        what,
        () -> {
          jobs.run();
          return null;
        });
  }

  /** {@code failure} as one of ours: the one behind it, or what happened and where to look. */
  public static RuntimeException explained(String what, Exception failure) {
    RuntimeException ours = ours(failure);
    if (ours != null) {
      return ours;
    }
    Throwable interruption = interruption(failure);
    if (interruption != null) {
      return interrupted(interruption);
    }
    String message =
        what + ": " + message(failure) + " To see Spark's log, set LOCKSTEP_LOG_LEVEL=info.";
    Throwable cancellation = cancellation(failure);
    return cancellation != null
        ? new RunStoppedException(message, cancellation)
        : new RunFailedException(message, failure);
  }
}

package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import io.lockstep.training.TrainingDivergedException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class SparkFailuresTest {
  private static String lasting(Throwable cause) {
    RuntimeException lasting =
        SparkFailures.lasting("Spark failed", new SparkException("job", cause));
    return lasting == null ? null : lasting.getMessage();
  }

  @Test
  void lasting_whatWouldFailAgain_isThatItself() {
    assertEquals("bad row", lasting(new InvalidInputException("bad row")));
    assertEquals("too fast", lasting(new TrainingDivergedException("too fast")));
    assertEquals("cut short", lasting(new MalformedFileException("cut short")));
  }

  @Test
  void lasting_whatMightNotFailAgain_isNull() {
    assertNull(lasting(new RunFailedException("Worker 1 lost the driver")));
    assertNull(lasting(new IllegalStateException("some of Spark's")));
    assertNull(lasting(null));
  }

  @Test
  void ofTask_sparksLongMessage_keepsWhatBecameOfTheTask() {
    SparkException failure =
        new SparkException(
            "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage."
                + " Most recent failure reason: Stage failed because barrier task ResultTask(5, 0)"
                + " finished unsuccessfully.\nExecutorLostFailure (executor 0 exited unrelated to"
                + " the running tasks) Reason: Worker shutting down\n\tat nowhere");

    assertEquals(
        "ExecutorLostFailure (executor 0 exited unrelated to the running tasks) Reason: Worker"
            + " shutting down",
        SparkFailures.ofTask(failure));
    assertEquals("Job 3 aborted", SparkFailures.ofTask(new SparkException("Job 3 aborted")));
  }

  @Test
  void ofTask_whatAWorkerSaid_isThatAlone() {
    SparkException failure =
        new SparkException(
            "Most recent failure reason: Stage failed because barrier task ResultTask(5, 0) finished"
                + " unsuccessfully.\nio.lockstep.distributed.RunFailedException: Worker 3 lost worker"
                + " 0 at host:1: closed\n\tat nowhere");

    assertEquals("Worker 3 lost worker 0 at host:1: closed", SparkFailures.ofTask(failure));
  }
}

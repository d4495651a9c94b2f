package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.distributed.RunFailedException;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  @Test
  void begin_masterThatDoesNotAnswer_saysSoWhenAskedAndClosesQuietly() {
    SparkOption option = new SparkOption();
    option.master = "spark://127.0.0.1:1"; // nobody listens there
    SparkSessions.Starting starting = SparkSessions.Starting.begin("test", option);

    RunFailedException e = assertThrows(RunFailedException.class, starting::context);
    starting.close();

    assertEquals(
        "No Spark master answers at spark://127.0.0.1:1 (Connection refused). Start one with"
            + " submit/cluster.sh start, or leave --master out to run here.",
        e.getMessage());
  }
}

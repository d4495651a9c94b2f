package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.distributed.RunFailedException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  private static final String OF_KERNELS =
      "-XX:+IgnoreUnrecognizedVMOptions -XX:-UseProfiledLoopPredicate -XX:-UseFPUForSpilling";

  @Test
  void executorOptions_noneConfigured_areTheKernels() {
    assertEquals(OF_KERNELS, SparkSessions.executorOptions(new SparkConf(false)));
  }

  @Test
  void executorOptions_someConfigured_areKeptLastSoThatTheyWin() {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.executor.defaultJavaOptions", "-XX:+UseFPUForSpilling -Dmine=1");

    assertEquals(
        OF_KERNELS + " -XX:+UseFPUForSpilling -Dmine=1", SparkSessions.executorOptions(conf));
  }

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

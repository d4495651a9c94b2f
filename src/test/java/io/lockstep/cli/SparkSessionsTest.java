package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.distributed.RunFailedException;
import java.util.List;
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
  void shareClasses_jarOnTheClassPath_givesExecutorsTheClassPathAndTheArchive() {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.jars", "file:/other.jar,file:/a%20b/own.jar");
    conf.set("spark.executor.defaultJavaOptions", "-Dmine=1");
    List<String> options = List.of("-Xmx2g", "-XX:SharedArchiveFile=/a b/classes.jsa");

    SparkSessions.shareClasses(conf, "/a%20b/own.jar", "/spark.jar:/a b/own.jar", options);

    assertEquals("file:/other.jar", conf.get("spark.jars"));
    assertEquals("/spark.jar:/a b/own.jar", conf.get("spark.executor.extraClassPath"));
    assertEquals(
        "\"-XX:SharedArchiveFile=/a b/classes.jsa\" -Dmine=1",
        conf.get("spark.executor.defaultJavaOptions"));
  }

  @Test
  void shareClasses_classPathOfTheUser_comesFirst() {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.executor.extraClassPath", "/mine.jar");

    SparkSessions.shareClasses(conf, "/own.jar", "/spark.jar:/own.jar", List.of("-Xshare:auto"));

    assertEquals("/mine.jar:/spark.jar:/own.jar", conf.get("spark.executor.extraClassPath"));
    assertFalse(conf.contains("spark.executor.defaultJavaOptions"));
  }

  @Test
  void shareClasses_archiveThatCannotBeQuoted_isLeftOut() {
    SparkConf conf = new SparkConf(false);
    List<String> options = List.of("-XX:SharedArchiveFile=/a\"b/classes.jsa");

    SparkSessions.shareClasses(conf, "/own.jar", "/own.jar", options);

    assertFalse(conf.contains("spark.executor.defaultJavaOptions"));
  }

  @Test
  void shareClasses_jarThatSparkLoadedApart_isStillSent() {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.jars", "file:/opt/own.jar");

    SparkSessions.shareClasses(conf, "/opt/own.jar", "/conf:/spark.jar", List.of());

    assertEquals("file:/opt/own.jar", conf.get("spark.jars"));
    assertFalse(conf.contains("spark.executor.extraClassPath"));
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

package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Split;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests of a JVM share: eight slots, whatever the machine has. */
public final class TestSpark {
  private static final long ARCHIVE_SECONDS = 180;

  private TestSpark() {}

  /** The session; it lives until the JVM ends. */
  public static synchronized SparkSession session() {
    return SparkSession.builder()
        .master("local[8]")
        .appName("tests")
        .config("spark.ui.port", 0) // any
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.default.parallelism", 4)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.locality.wait", "0s")
        .getOrCreate();
  }

  /**
   * A session of executors in JVMs of their own, on the classes as they were built; whoever opens
   * it stops it.
   *
   * @param master {@code local-cluster[...]}
   * @param jvmOptions of the executors, beside those of the archive of classes
   */
  public static SparkSession localCluster(String master, String name, String jvmOptions) {
    shareClasses();
    SparkSession spark =
        SparkSession.builder()
            .master(master)
            .appName(name)
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config(
                "spark.executor.extraClassPath",
                Stream.of("spark/jars/*", "lockstep-all.jar", "test-classes")
                    .map(TestSpark::built)
                    .collect(Collectors.joining(File.pathSeparator)))
            .config(
                "spark.executor.extraJavaOptions",
                "\"-XX:SharedArchiveFile=" + built("classes.jsa") + "\" " + jvmOptions)
            .config("spark.locality.wait", "0s")
            .getOrCreate();
    assertEquals(master, spark.sparkContext().master(), "no other session was there");
    assertEquals(spark, session(), "what asks for the session gets this one");
    return spark;
  }

  private static String built(String name) {
    return Path.of("target", name).toAbsolutePath().toString();
  }

  /**
   * Sees to it that the scripts' archive of classes is there: the executors that are killed and
   * started again in these tests take half the time with it.
   */
  private static void shareClasses() {
    try {
      ProcessBuilder help = new ProcessBuilder("submit/train.sh", "--help");
      help.environment().remove("SPARK_HOME"); // the one that the scripts assemble
      Process process =
          help.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      assertTrue(process.waitFor(ARCHIVE_SECONDS, TimeUnit.SECONDS), "an archive of classes");
      assertEquals(0, process.exitValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** The first {@code rows} generated digits. */
  public static Dataset<Row> digits(Split split, int rows) {
    return session()
        .read()
        .format("digits")
        .option("split", split.toString())
        .option("rows", rows)
        .load();
  }

  /** What the session's web UI answers to a request for {@code path}. */
  public static String uiPage(String path) throws IOException, InterruptedException {
    String address = session().sparkContext().uiWebUrl().get() + "/" + path;
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  /** Its context. */
  public static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session().sparkContext());
  }
}

package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.data.Split;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests of a JVM share: eight slots, whatever the machine has. */
public final class TestSpark {
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
   */
  public static SparkSession localCluster(String master, String name) {
    SparkSession spark =
        SparkSession.builder()
            .master(master)
            .appName(name)
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config(
                "spark.executor.extraClassPath",
                Stream.of("lockstep-all.jar", "test-classes")
                    .map(built -> Path.of("target", built).toAbsolutePath().toString())
                    .collect(Collectors.joining(File.pathSeparator)))
            .config("spark.locality.wait", "0s")
            .getOrCreate();
    assertEquals(master, spark.sparkContext().master(), "no other session was there");
    assertEquals(spark, session(), "what asks for the session gets this one");
    return spark;
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

package io.lockstep;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests of a JVM share: eight slots, whatever the machine has. */
public final class TestSpark {
  private TestSpark() {}

  /** The session; it lives until the JVM ends. */
  public static synchronized SparkSession session() {
    return SparkSession.builder()
        .master("local[8]")
        .appName("tests")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.default.parallelism", 4)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.locality.wait", "0s")
        .getOrCreate();
  }

  /** Its context. */
  public static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session().sparkContext());
  }
}

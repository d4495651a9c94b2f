package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Split;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Whether an executor's heap can hold a worker's rows at all: a lower bound, so nothing that works
 * is refused.
 */
final class ExecutorMemory {
  /** A value takes a byte or a float, and a label an int; which it will be is not known yet. */
  private static final int LABEL_BYTES = Integer.BYTES;

  private static final double MEBIBYTE = 1L << 20;

  private ExecutorMemory() {}

  /**
   * Refuses rows of which a worker's share can't fit where it would run.
   *
   * @param rows of each split
   * @throws InvalidInputException with the figures and the remedy
   */
  static void require(SparkContext spark, Map<Split, Long> rows, ShardedData.Layout layout) {
    SparkConf conf = spark.getConf();
    long heap =
        spark.isLocal()
            ? Runtime.getRuntime().maxMemory()
            : conf.getSizeAsBytes("spark.executor.memory", "1g");
    String remedy = spark.isLocal() ? "SPARK_DRIVER_MEMORY" : "spark.executor.memory";
    require(rows.values().stream().mapToLong(Long::longValue).sum(), layout, heap, remedy);
  }

  static void require(long rows, ShardedData.Layout layout, long heapBytes, String remedy) {
    double needed = (double) rows * (layout.width() + LABEL_BYTES) / layout.workers();
    if (needed > heapBytes) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "An executor's heap must have at least %,.0f MB for a worker's share of %,d rows of %,d"
                  + " values over %d workers, but has %,.0f MB. Use more workers, or raise %s.",
              Math.ceil(needed / MEBIBYTE),
              rows,
              layout.width(),
              layout.workers(),
              heapBytes / MEBIBYTE,
              remedy));
    }
  }
}

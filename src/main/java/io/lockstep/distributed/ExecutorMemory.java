package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Split;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Whether an executor's heap can hold its workers' rows.
 *
 * @param rows of all splits
 * @param width values of a row
 * @param rowBytes of a row, its label and weight included
 * @param shards of each split
 * @param workers that share the rows
 * @param workersAtOnce on one executor
 * @param heapBytes of an executor
 * @param setting that gives it more
 */
record ExecutorMemory(
    long rows,
    int width,
    int rowBytes,
    int shards,
    int workers,
    int workersAtOnce,
    long heapBytes,
    String setting) {
  private static final double MEBIBYTE = 1L << 20;

  /** The part of a heap that rows may take before files are the better place for them. */
  private static final double MOST = 0.5;

  /** For rows of {@code sources}, as many of each split as {@code rows} says. */
  static ExecutorMemory of(
      ShardedData.Sources sources, Map<Split, Long> rows, ShardedData.Layout layout) {
    SparkContext spark = sources.train().table().sparkSession().sparkContext();
    SparkConf conf = spark.getConf();
    int valueBytes = sources.train().reader().features().isBytes() ? 1 : Float.BYTES;
    int weightBytes = sources.train().reader().weighted() ? Float.BYTES : 0;
    int executors = Math.max(1, SparkInternals.executors(spark));
    return new ExecutorMemory(
        rows.values().stream().mapToLong(Long::longValue).sum(),
        layout.width(),
        Math.addExact(Math.multiplyExact(layout.width(), valueBytes), Integer.BYTES + weightBytes),
        layout.shards(),
        layout.workers(),
        (layout.workers() + executors - 1) / executors,
        spark.isLocal()
            ? Runtime.getRuntime().maxMemory()
            : conf.getSizeAsBytes("spark.executor.memory", "1g"),
        spark.isLocal() ? "SPARK_DRIVER_MEMORY" : "spark.executor.memory");
  }

  /** The longest array that every JVM allocates. */
  private static final int MOST_OF_A_SHARD = Integer.MAX_VALUE - 8;

  /**
   * Where the rows go.
   *
   * @return whether to files
   * @throws InvalidInputException with the figures and the remedies, if memory is asked for and a
   *     worker's share alone is more than there is
   */
  boolean needsFiles(RowStorage wish) {
    double share = (double) rows * rowBytes / workers;
    if (wish == RowStorage.MEMORY && share > heapBytes) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "An executor's heap must have at least %,.0f MB for a worker's share of %,d rows of %,d"
                  + " values over %d workers, but has %,.0f MB. Use more workers, raise %s, or set"
                  + " distributed.rows = files.",
              Math.ceil(share / MEBIBYTE),
              rows,
              width,
              workers,
              heapBytes / MEBIBYTE,
              setting));
    }
    boolean longShards = (double) rows * rowBytes / shards > MOST_OF_A_SHARD;
    boolean tooMuch = share * workersAtOnce > MOST * heapBytes;
    return wish == RowStorage.FILES || (wish == RowStorage.AUTO && (longShards || tooMuch));
  }
}

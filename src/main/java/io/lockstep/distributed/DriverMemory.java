package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.training.TrainingConfig;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Whether the driver's heap can hold a run at all: a lower bound, so nothing that works is refused.
 */
public final class DriverMemory {
  /** What Spark and this program take before the first vector. */
  private static final long BASE_BYTES = 64L << 20;

  private static final long MEBIBYTE = 1L << 20;

  private DriverMemory() {}

  /**
   * The least heap: weights and optimizer, the copy of both that becomes a checkpoint, and the
   * workers' sums. Of a best epoch only where one is asked for: else it takes validation rows.
   *
   * @param sums gradient vectors that the driver holds at a time
   */
  static long neededBytes(int parameters, TrainingConfig config, int sums) {
    int best = config.selection().keepsBest(false) ? 1 : 0;
    long vectors = 2L * (1 + best + config.newOptimizer(0).state().size()) + sums;
    return BASE_BYTES + vectors * 4 * parameters;
  }

  /**
   * Refuses the heap of this JVM if it is too small for what {@code crew} sends it.
   *
   * @throws InvalidInputException with both figures and the remedy
   */
  public static void require(
      int parameters, TrainingConfig config, JavaSparkContext spark, Crew crew) {
    // In one JVM every shard's sum is the driver's; elsewhere it gets what each worker added up.
    int sums = spark.isLocal() ? config.shards() : crew.workers();
    require(parameters, config, sums, Runtime.getRuntime().maxMemory());
  }

  /**
   * Refuses a heap that is too small.
   *
   * @param heapBytes the heap there is, {@link Runtime#maxMemory}
   * @throws InvalidInputException with both figures and the remedy
   */
  public static void require(int parameters, TrainingConfig config, int sums, long heapBytes) {
    long needed = neededBytes(parameters, config, sums);
    if (needed > heapBytes) {
      long megabytes = needed / MEBIBYTE;
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "The driver's heap must have at least %,d MB for %,d parameters, their optimizer, %d"
                  + " gradient sums and a checkpoint, but has %,d MB. Set SPARK_DRIVER_MEMORY=%dm"
                  + " or more.",
              megabytes,
              parameters,
              sums,
              heapBytes / MEBIBYTE,
              megabytes + megabytes / 2));
    }
  }
}

package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.training.TrainingConfig;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a run is carried out by, resolved against the cluster.
 *
 * @param workers tasks at a time, each with one or more whole shards
 * @param synchronization barrier or job, never auto
 * @param reason why, for a person
 * @param topology of the exchange, never auto
 * @param topologyReason why, for a person
 */
public record Crew(
    int workers,
    Synchronization synchronization,
    String reason,
    Topology topology,
    String topologyReason) {
  private static final long POLL_MILLIS = 200;

  /** Executors that register one after another count as all there after this long a pause. */
  private static final long SETTLE_MILLIS = 2_000;

  /** A crew whose exchange is the driver's. */
  Crew(int workers, Synchronization synchronization, String reason) {
    this(workers, synchronization, reason, Topology.DRIVER, "");
  }

  /**
   * This crew with its exchange settled.
   *
   * @param parameters of the network
   * @throws InvalidInputException if the wish can't be met
   */
  public Crew exchanging(
      JavaSparkContext spark, DistributedConfig config, TrainingConfig training, int parameters) {
    Topology.Choice choice =
        Topology.choose(config.exchange(), this, spark.isLocal(), training, parameters);
    return new Crew(workers, synchronization, reason, choice.topology(), choice.reason());
  }

  /**
   * Settles workers and mode, waiting a bounded time for slots.
   *
   * @param shards of the run
   * @throws InvalidInputException if the wish can't be met
   * @throws RunFailedException if no executor comes
   */
  public static Crew resolve(JavaSparkContext spark, DistributedConfig config, int shards) {
    requireAtMostShards(config.workers(), shards);
    if (dynamicAllocation(spark.getConf())) {
      return decide(config, shards, shards, true); // slots come when jobs ask for them
    }
    int wanted =
        config.synchronization() == Synchronization.JOB ? 1 : Math.max(1, config.workers());
    return decide(config, shards, awaitSlots(spark, wanted, config.workers() == 0, config), false);
  }

  /** Cores that Spark gives a task, and so a worker. */
  public static int coresOfAWorker(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }

  private static boolean dynamicAllocation(SparkConf conf) {
    return conf.getBoolean("spark.dynamicAllocation.enabled", false);
  }

  /**
   * Waits a bounded time for the first executor: Spark itself would wait for ever.
   *
   * @throws RunFailedException if none comes
   */
  public static void requireExecutors(JavaSparkContext spark, DistributedConfig config) {
    if (!dynamicAllocation(spark.getConf())) {
      awaitSlots(spark, 1, true, config);
    }
  }

  /**
   * This barrier crew after a loss: complete, if its slots come back in time, else the largest
   * power of two of workers that finds slots.
   *
   * @throws RunFailedException if no slot comes back
   */
  Crew reformed(JavaSparkContext spark, DistributedConfig config) {
    return reformed(awaitSlots(spark, workers, false, config));
  }

  Crew reformed(int slots) {
    return slots >= workers
        ? this
        : new Crew(
            Integer.highestOneBit(slots),
            synchronization,
            String.format("%d of %d slots came back", slots, workers),
            topology,
            topologyReason);
  }

  /** Refuses more workers than shards; needs no cluster. */
  public static void requireAtMostShards(int workers, int shards) {
    if (workers > shards) {
      throw new InvalidInputException(
          String.format(
              "workers must be at most the %d shards, each holds whole ones, but was %d. Use"
                  + " --workers %d, or --set training.shards=%d (which changes the last bits).",
              shards, workers, shards, nextPowerOfTwo(workers)));
    }
  }

  private static long nextPowerOfTwo(int workers) {
    return workers == 1 ? 1 : Long.highestOneBit(2L * workers - 1);
  }

  static Crew decide(DistributedConfig config, int shards, int slots, boolean dynamicAllocation) {
    int workers =
        config.workers() > 0
            ? config.workers()
            : Integer.highestOneBit(Math.max(1, Math.min(slots, shards)));
    String obstacle = null;
    if (dynamicAllocation) {
      obstacle = "dynamic allocation is on, and barrier stages refuse it";
    } else if (workers > slots) {
      obstacle =
          String.format(
              "%d workers need %d slots at once, and there are %d", workers, workers, slots);
    }
    return switch (config.synchronization()) {
      case JOB -> new Crew(workers, Synchronization.JOB, "asked for");
      case BARRIER -> {
        if (obstacle != null) {
          throw new InvalidInputException(
              String.format(
                  "sync = barrier can't run: %s. Use --sync job, or fewer workers, or more"
                      + " executor cores.",
                  obstacle));
        }
        yield new Crew(workers, Synchronization.BARRIER, "asked for");
      }
      case AUTO ->
          obstacle == null
              ? new Crew(
                  workers,
                  Synchronization.BARRIER,
                  String.format("%d of %d slots, no dynamic allocation", workers, slots))
              : new Crew(workers, Synchronization.JOB, obstacle);
    };
  }

  /**
   * Waits until there are {@code wanted} slots, and if {@code settle} until no more come, or until
   * the time is up and there is at least one.
   */
  private static int awaitSlots(
      JavaSparkContext spark, int wanted, boolean settle, DistributedConfig config) {
    long start = System.nanoTime();
    int slots = SparkInternals.slots(spark.sc());
    long lastChange = start;
    while (true) {
      long now = System.nanoTime();
      boolean settled = now - lastChange >= TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
      boolean enough = slots >= wanted && (!settle || settled);
      boolean timeIsUp = now - start >= config.slotWaitNanos();
      if (spark.sc().isLocal() || enough || (timeIsUp && slots > 0)) {
        return slots;
      }
      if (timeIsUp) {
        throw new RunFailedException(nobodyCame(spark.getConf(), wanted, config));
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        throw SparkFailures.interrupted(e);
      }
      int seen = SparkInternals.slots(spark.sc());
      if (seen != slots) {
        slots = seen;
        lastChange = System.nanoTime();
      }
    }
  }

  static String nobodyCame(SparkConf conf, int wanted, DistributedConfig config) {
    return String.format(
        Locale.ROOT,
        "No executor started at %s: wanted %d slots, saw 0 within %.0f s. Look at the cluster's page:"
            + " are there workers with %s free memory and %s free cores? Then raise"
            + " distributed.slotWaitSeconds.",
        conf.get("spark.master"),
        wanted,
        config.slotWaitSeconds(),
        conf.get("spark.executor.memory", "1g"),
        conf.get("spark.executor.cores", "1"));
  }
}

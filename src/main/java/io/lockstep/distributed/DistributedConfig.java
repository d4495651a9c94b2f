package io.lockstep.distributed;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * How a run is spread and how long it waits; nothing here changes a bit of the result.
 *
 * @param workers 0 for as many as there are slots, at most one per shard; else &ge; 1
 * @param synchronization of the workers
 * @param slotWaitSeconds how long to wait for the cluster's slots; in (0, 500000]
 * @param reportWaitSeconds how long to wait for a worker's report, or the driver's answer; in (0,
 *     500000]
 * @param maxRecoveries how many lost workers a run survives in barrier mode; 0 for none
 */
public record DistributedConfig(
    int workers,
    Synchronization synchronization,
    double slotWaitSeconds,
    double reportWaitSeconds,
    int maxRecoveries) {

  public static final DistributedConfig DEFAULTS =
      new DistributedConfig(0, Synchronization.AUTO, 60, 300, 8);

  /** Over five days: longer than any wait that makes sense, and twice that is no overflow. */
  private static final int MAX_WAIT_SECONDS = 500_000;

  public DistributedConfig {
    Checks.require(workers >= 0, "workers must be >= 1 (0 for all slots)", workers);
    requireWait("distributed.slotWaitSeconds", slotWaitSeconds);
    requireWait("distributed.reportWaitSeconds", reportWaitSeconds);
    Checks.require(maxRecoveries >= 0, "distributed.maxRecoveries must be >= 0", maxRecoveries);
  }

  private static void requireWait(String name, double seconds) {
    Checks.requirePositive(name, seconds);
    Checks.require(
        seconds <= MAX_WAIT_SECONDS, name + " must be at most " + MAX_WAIT_SECONDS, seconds);
  }

  /** Reads {@code distributed { ... }} over {@link #DEFAULTS}. */
  public static DistributedConfig of(Settings settings) {
    DistributedConfig result =
        new DistributedConfig(
            settings.intValue("workers", DEFAULTS.workers),
            Synchronization.of(settings.stringValue("sync", DEFAULTS.synchronization.toString())),
            settings.doubleValue("slotWaitSeconds", DEFAULTS.slotWaitSeconds),
            settings.doubleValue("reportWaitSeconds", DEFAULTS.reportWaitSeconds),
            settings.intValue("maxRecoveries", DEFAULTS.maxRecoveries));
    settings.rejectUnknown();
    return result;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            "workers", workers,
            "sync", synchronization.toString(),
            "slotWaitSeconds", slotWaitSeconds,
            "reportWaitSeconds", reportWaitSeconds,
            "maxRecoveries", maxRecoveries));
  }

  /** The same patience for another wish. */
  public DistributedConfig withCrew(int newWorkers, Synchronization newSynchronization) {
    return new DistributedConfig(
        newWorkers, newSynchronization, slotWaitSeconds, reportWaitSeconds, maxRecoveries);
  }

  long slotWaitNanos() {
    return (long) (slotWaitSeconds * 1e9);
  }

  long reportWaitNanos() {
    return (long) (reportWaitSeconds * 1e9);
  }
}

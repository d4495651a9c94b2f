package io.lockstep.distributed;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import io.lockstep.training.StatePace;
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
 * @param exchange of gradients and weights, in barrier mode
 * @param snapshotEvery steps between two states that the driver gathers where it does not hold
 *     them; 0 for as often as costs {@link StatePace#MOST} of the time
 * @param rows where the workers keep them
 */
public record DistributedConfig(
    int workers,
    Synchronization synchronization,
    double slotWaitSeconds,
    double reportWaitSeconds,
    int maxRecoveries,
    Topology exchange,
    int snapshotEvery,
    RowStorage rows) {

  public static final DistributedConfig DEFAULTS =
      new DistributedConfig(0, Synchronization.AUTO, 60, 300, 8, Topology.AUTO, 0, RowStorage.AUTO);

  private static final String AUTO = "auto";
  private static final String SNAPSHOT_RULE = "distributed.snapshotEvery must be >= 1, or auto";

  /** Over five days: longer than any wait that makes sense, and twice that is no overflow. */
  private static final int MAX_WAIT_SECONDS = 500_000;

  public DistributedConfig {
    Checks.require(workers >= 0, "workers must be >= 1 (0 for all slots)", workers);
    requireWait("distributed.slotWaitSeconds", slotWaitSeconds);
    requireWait("distributed.reportWaitSeconds", reportWaitSeconds);
    Checks.requireAtLeastZero("distributed.maxRecoveries", maxRecoveries);
    Checks.require(snapshotEvery >= 0, SNAPSHOT_RULE, snapshotEvery);
  }

  /** Whose exchange, its snapshots and the place of the rows are chosen. */
  public DistributedConfig(
      int workers,
      Synchronization synchronization,
      double slotWaitSeconds,
      double reportWaitSeconds,
      int maxRecoveries) {
    this(
        workers,
        synchronization,
        slotWaitSeconds,
        reportWaitSeconds,
        maxRecoveries,
        DEFAULTS.exchange,
        DEFAULTS.snapshotEvery,
        DEFAULTS.rows);
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
            settings.intValue("maxRecoveries", DEFAULTS.maxRecoveries),
            Topology.of(settings.stringValue("exchange", DEFAULTS.exchange.toString())),
            snapshotEvery(settings),
            RowStorage.of(settings.stringValue("rows", DEFAULTS.rows.toString())));
    settings.rejectUnknown();
    return result;
  }

  private static int snapshotEvery(Settings settings) {
    if (settings.stringValue("snapshotEvery", AUTO).equals(AUTO)) {
      return DEFAULTS.snapshotEvery;
    }
    int steps = settings.intValue("snapshotEvery");
    Checks.require(steps >= 1, SNAPSHOT_RULE, steps);
    return steps;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            "workers",
            workers,
            "sync",
            synchronization.toString(),
            "slotWaitSeconds",
            slotWaitSeconds,
            "reportWaitSeconds",
            reportWaitSeconds,
            "maxRecoveries",
            maxRecoveries,
            "exchange",
            exchange.toString(),
            "snapshotEvery",
            snapshotEvery == 0 ? AUTO : snapshotEvery,
            "rows",
            rows.toString()));
  }

  /** The same patience for another wish. */
  public DistributedConfig withCrew(int newWorkers, Synchronization newSynchronization) {
    return new DistributedConfig(
        newWorkers,
        newSynchronization,
        slotWaitSeconds,
        reportWaitSeconds,
        maxRecoveries,
        exchange,
        snapshotEvery,
        rows);
  }

  /** The same patience and crew, with another exchange and place of the rows. */
  public DistributedConfig with(Topology newExchange, RowStorage newRows) {
    return new DistributedConfig(
        workers,
        synchronization,
        slotWaitSeconds,
        reportWaitSeconds,
        maxRecoveries,
        newExchange,
        snapshotEvery,
        newRows);
  }

  long slotWaitNanos() {
    return (long) (slotWaitSeconds * 1e9);
  }

  long reportWaitNanos() {
    return (long) (reportWaitSeconds * 1e9);
  }
}

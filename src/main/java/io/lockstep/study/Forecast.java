package io.lockstep.study;

import io.lockstep.distributed.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model says of a cluster: executors of one core on hosts of their own.
 *
 * @param driver a step with {@code distributed.exchange = driver}
 * @param slices the same with {@code slices}
 */
public record Forecast(StudyPoint driver, StudyPoint slices) {
  /** How many executors it is asked about. */
  public static final List<Integer> EXECUTORS = List.of(10, 100, 1000);

  /** The link of each host. */
  public static final double GIGABITS = 10;

  /** Fewer shards than the default gain nothing. */
  private static final int FEWEST_SHARDS = 4;

  /**
   * A network to ask about.
   *
   * @param weights that are exchanged
   * @param flopsPerImage of a step
   */
  public record Size(long weights, long flopsPerImage) {}

  /**
   * One for each of {@code networks} and {@link #EXECUTORS}, with steps of {@code batch} images.
   */
  public static List<Forecast> all(CostModel model, List<Size> networks, int batch) {
    List<Forecast> all = new ArrayList<>();
    for (Size network : networks) {
      for (int executors : EXECUTORS) {
        all.add(
            new Forecast(
                asked(model, network, executors, batch, Topology.DRIVER),
                asked(model, network, executors, batch, Topology.SLICES)));
      }
    }
    return all;
  }

  private static StudyPoint asked(
      CostModel model, Size network, int executors, int batch, Topology exchange) {
    int shards = Math.max(FEWEST_SHARDS, Integer.highestOneBit(2 * executors - 1));
    StudyPoint point =
        new StudyPoint(
            executors,
            executors,
            executors,
            GIGABITS,
            exchange,
            network.weights(),
            network.flopsPerImage(),
            batch,
            shards,
            1);
    return point.taking(model.seconds(point));
  }

  /** The exchange that takes less time. */
  public StudyPoint better() {
    return slices.seconds() < driver.seconds() ? slices : driver;
  }
}

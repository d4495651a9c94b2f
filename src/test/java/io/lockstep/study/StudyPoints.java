package io.lockstep.study;

import io.lockstep.distributed.Topology;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Points that take what known prices say. */
public final class StudyPoints {
  static final Map<Cost, Double> PRICES = prices();

  private StudyPoints() {}

  private static Map<Cost, Double> prices() {
    Map<Cost, Double> prices = new EnumMap<>(Cost.class);
    prices.put(Cost.OPERATION, 2e-11);
    prices.put(Cost.IMAGE, 1e-6);
    prices.put(Cost.SHARD_WEIGHT, 3e-10);
    prices.put(Cost.SUMMED_WEIGHT, 5e-10);
    prices.put(Cost.DRIVER_BYTE, 4e-10);
    prices.put(Cost.OWNER_BYTE, 6e-10);
    prices.put(Cost.MESSAGE, 2e-5);
    prices.put(Cost.ROUND, 4e-4);
    prices.put(Cost.STEP, 5e-5);
    prices.put(Cost.LINK, 1.2);
    return prices;
  }

  /** A way on two cores, with the seconds that the prices say. */
  static StudyPoint priced(
      int workers, boolean executors, double gigabits, Topology exchange, long weights, int batch) {
    StudyPoint unmeasured =
        new StudyPoint(
            workers,
            executors ? workers : 0,
            2,
            gigabits,
            exchange,
            weights,
            6 * weights,
            batch,
            8,
            1);
    return unmeasured.taking(new CostModel(PRICES, true).seconds(unmeasured));
  }

  /**
   * Some of all kinds.
   *
   * @param gigabits of the links that half of them have; 0 for none
   */
  public static List<StudyPoint> ofAllKinds(double gigabits) {
    List<StudyPoint> points = new ArrayList<>();
    for (int workers : new int[] {1, 2, 4, 8}) {
      for (boolean executors : new boolean[] {false, true}) {
        for (long weights : new long[] {10_000, 1_000_000}) {
          for (int batch : new int[] {64, 1024}) {
            for (Topology exchange : List.of(Topology.DRIVER, Topology.SLICES)) {
              double link = executors && batch == 64 ? gigabits : 0;
              points.add(priced(workers, executors, link, exchange, weights, batch));
            }
          }
        }
      }
    }
    return points;
  }
}

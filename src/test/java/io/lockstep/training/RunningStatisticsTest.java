package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningStatisticsTest {
  /** Its vector: 1 and 1 learned, 1 and 1 observed, then 2 and 2 learned by the dense layer. */
  private final Network network = Network.of(Networks.vector(1).batchNorm1d().dense(2).spec());

  private final RunningStatistics statistics = new RunningStatistics(network, 0, 8);

  @Test
  void learnedCount_leavesTheStatisticsOut() {
    assertEquals(8, network.parameterCount());
    assertEquals(6, network.learnedCount());
  }

  @Test
  void observe_blendsTheMeanInAndLeavesNoGradient() {
    float[] weights = {1, 2, 10, 20, 5, 6, 7, 8};
    float[] sums = {4, 4, 80, 120, 4, 4, 4, 4};

    statistics.observe(weights, sums, 4, 0, 8);

    assertArrayEquals(new float[] {1, 2, 11, 21, 5, 6, 7, 8}, weights);
    assertArrayEquals(new float[] {4, 4, 0, 0, 4, 4, 4, 4}, sums);
  }

  @Test
  void observe_inPieces_isTheSame() {
    float[] weights = {1, 2, 10, 20, 5, 6, 7, 8};
    float[] sums = {4, 4, 80, 120, 4, 4, 4, 4};

    statistics.observe(weights, sums, 4, 0, 3);
    assertArrayEquals(new float[] {1, 2, 11, 20, 5, 6, 7, 8}, weights);
    statistics.observe(weights, sums, 4, 3, 8);

    assertArrayEquals(new float[] {1, 2, 11, 21, 5, 6, 7, 8}, weights);
  }

  @Test
  void forLearned_anyRange_leavesTheStatisticsOut() {
    assertEquals(List.of("0-2", "4-8"), learned(0, 8));
    assertEquals(List.of("1-2"), learned(1, 3));
    assertEquals(List.of(), learned(2, 4));
    assertEquals(List.of("4-6"), learned(3, 6));
    assertEquals(List.of("5-7"), learned(5, 7));
  }

  @Test
  void observe_ofARange_countsFromItsFirstValue() {
    float[] weights = {20, 5, 6};
    float[] sums = {120, 4, 4};

    new RunningStatistics(network, 3, 6).observe(weights, sums, 4, 0, 3);

    assertArrayEquals(new float[] {21, 5, 6}, weights);
    assertArrayEquals(new float[] {0, 4, 4}, sums);
  }

  private List<String> learned(int from, int to) {
    List<String> ranges = new ArrayList<>();
    statistics.forLearned(from, to, (begin, end) -> ranges.add(begin + "-" + end));
    return ranges;
  }

  @Test
  void copy_toAnotherVector_takesTheStatisticsAlone() {
    float[] kept = new float[8];

    statistics.copy(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, kept, 0, 8);

    assertArrayEquals(new float[] {0, 0, 3, 4, 0, 0, 0, 0}, kept);
  }
}

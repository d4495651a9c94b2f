package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistancesTest {
  @ParameterizedTest
  @CsvSource({
    "'', 1, 0",
    "'5', 1, 0",
    "'0 16 32', 3, 16",
    "'0 16 32 96 112 128', 3, 16",
    "'0 16 32 96 112', 1, 16",
    "'0 16 32 96 112 127', 1, 16",
    "'0 16 32 48 96 112', 1, 16",
    "'0 9 3', 1, 9",
    "'0 0 0', 3, 0"
  })
  void of_distances_findsTheRunsThatAllComeIn(String values, int run, int step) {
    int[] some =
        values.isEmpty()
            ? new int[0]
            : Arrays.stream(values.split(" ")).mapToInt(Integer::parseInt).toArray();

    Distances distances = Distances.of(some);

    assertEquals(run, distances.run());
    assertEquals(step, distances.step());
  }

  @ParameterizedTest
  @CsvSource({"0, 6, 3", "3, 6, 3", "1, 6, 1", "0, 5, 1", "3, 3, 3"})
  void runWithin_distancesThatCutARun_isOne(int from, int to, int run) {
    Distances distances = Distances.of(new int[] {0, 16, 32, 96, 112, 128});

    assertEquals(run, distances.runWithin(from, to));
  }
}

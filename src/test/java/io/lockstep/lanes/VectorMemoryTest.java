package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorMemoryTest {
  /** A cache line in floats, and where in an array the first one begins. */
  private static final int LINE = 16;

  private static final int FIRST = 12;

  static List<VectorMemory> memories() {
    return List.of(VectorMemory.small(), VectorMemory.of(10_000));
  }

  @ParameterizedTest
  @MethodSource("memories")
  void zeros_oftenAsked_givesEachItsOwnThatBeginsALine(VectorMemory memory) {
    int[] counts = {16, 0, 4_096, 160, 3_000_000, 32};
    List<Vectors> given = new ArrayList<>();
    for (int count : counts) {
      Vectors vectors = memory.zeros(count);
      assertEquals(count, vectors.count());
      assertEquals(FIRST, vectors.at() % LINE);
      Arrays.fill(vectors.values(), vectors.at(), vectors.at() + count, given.size() + 1f);
      given.add(vectors);
    }

    for (int i = 0; i < counts.length; i++) {
      Vectors vectors = given.get(i);
      float[] expected = new float[counts[i]];
      Arrays.fill(expected, i + 1f);
      assertArrayEquals(
          expected,
          Arrays.copyOfRange(vectors.values(), vectors.at(), vectors.at() + vectors.count()));
    }
  }
}

package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalesTest {
  private static final int[] DISTANCES = {3, 0, 7};
  private static final int ROW = 10;

  private static float[] numbered(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  private static void assertHolds(Scales scales, int at, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int term = 0; term < DISTANCES.length; term++) {
        assertEquals(
            at + row * ROW + DISTANCES[term],
            scales.get(row, term),
            "term " + term + " of row " + row + " of " + rows);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 8, 9, 10, 11, 16, 20, 25, 32, 37})
  void pack_anyRows_holdsEveryScale(int rows) {
    Scales scales = Scales.of(rows, DISTANCES);
    scales.pack(numbered(2 + rows * ROW), 2, ROW, rows);

    assertEquals(rows, scales.rows());
    assertHolds(scales, 2, rows);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 20", "5, 16", "8, 33", "10, 37", "16, 16", "23, 15", "25, 100"})
  void pack_termsSideBySide_holdsEveryScale(int rows, int terms) {
    Scales scales = Scales.of(rows, Distances.multiples(terms, 1));
    scales.pack(numbered(3 + rows * (terms + 2)), 3, terms + 2, rows);

    for (int row = 0; row < rows; row++) {
      for (int term = 0; term < terms; term++) {
        int expected = 3 + row * (terms + 2) + term;
        assertEquals(expected, scales.get(row, term), "term " + term + " of row " + row);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 12, 40})
  void pack_fewerRowsThanThereIsRoomFor_holdsThese(int rows) {
    Scales scales = Scales.of(40, DISTANCES);
    scales.pack(numbered(400), 0, ROW, 40);
    scales.pack(numbered(500), 100, ROW, rows);

    assertEquals(40, scales.mostRows());
    assertEquals(rows, scales.rows());
    assertHolds(scales, 100, rows);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 2", "4, 1, 3", "7, 0, 3", "16, 2, 3", "23, 1, 2", "37, 1, 1"})
  void take_someTermsOfEachGroup_holdsTheseAsIfPackedAlone(int rows, int from, int to) {
    int groups = 4;
    int groupSize = 3;
    Scales all = Scales.of(rows, Distances.multiples(groups * groupSize, 1));
    all.pack(numbered(rows * 12), 0, 12, rows);
    Scales some = Scales.of(40, new int[groups * groupSize]);
    some.pack(numbered(40), 0, 1, 40);

    some.take(all, groupSize, from, to);

    assertEquals(rows, some.rows());
    assertEquals(groups * (to - from), some.terms());
    for (int row = 0; row < rows; row++) {
      for (int term = 0; term < some.terms(); term++) {
        int group = term / (to - from);
        int expected = row * 12 + group * groupSize + from + term % (to - from);
        assertEquals(expected, some.get(row, term), "term " + term + " of row " + row);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "4, 0", "5, 5", "8, 0", "10, 10", "16, 0", "20, 20", "25, 10", "32, 0"})
  void rowsInFives_manyRegisters_wasteTheLeast(int rows, int inFives) {
    Scales scales = Scales.of(rows, DISTANCES);
    scales.pack(numbered(rows * ROW), 0, ROW, rows);

    boolean many = KernelChoice.hasManyRegisters(KernelChoice.vectorLength());
    assertEquals(many ? inFives : rows, scales.rowsInFives());
  }
}

package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratedTableTest {
  @Test
  void draw_sameRow_isTheSame() {
    GeneratedTable.Example first = GeneratedTable.draw(Split.TRAIN, 7);
    GeneratedTable.Example again = GeneratedTable.draw(Split.TRAIN, 7);

    assertEquals(first.label(), again.label());
    assertArrayEquals(first.values(), again.values());
    assertNotEquals(first.values()[0], GeneratedTable.draw(Split.TEST, 7).values()[0]);
    assertNotEquals(first.values()[0], GeneratedTable.draw(Split.TRAIN, 8).values()[0]);
  }

  @Test
  void draw_manyRows_haveEveryClassAsOften() {
    int rows = GeneratedTable.rows(Split.TEST);
    long[] count = new long[GeneratedTable.CLASSES];
    IntStream.range(0, rows).forEach(row -> count[GeneratedTable.draw(Split.TEST, row).label()]++);

    for (long each : count) {
      assertEquals(rows / 3.0, (double) each, 0.1 * rows);
    }
  }

  @Test
  void draw_columns_haveUnitsOfTheirOwn() {
    double[] largest = new double[GeneratedTable.COLUMNS];
    for (int row = 0; row < 1000; row++) {
      double[] values = GeneratedTable.draw(Split.TRAIN, row).values();
      for (int i = 0; i < values.length; i++) {
        largest[i] = Math.max(largest[i], Math.abs(values[i]));
      }
    }

    assertEquals(0.06, largest[0], 0.03);
    assertEquals(6000, largest[4], 3000);
  }
}

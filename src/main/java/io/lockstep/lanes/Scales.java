package io.lockstep.lanes;

import java.util.stream.IntStream;

/**
 * The scales of {@link Kernels#sumScaled}, packed in the order in which vectors are scaled by them:
 * panels of five or four rows, each term by term (Goto and van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008). Packing takes a fraction of a
 * nanosecond a scale, and saves more wherever a scale serves four vectors or more; least where a
 * row's terms lie side by side, as a dense layer's do, and {@link Kernels#interleave} packs them.
 */
public final class Scales {
  private static final int FIVE = Kernels.INTERLEAVED;
  private static final int FOUR = 4;

  private final int mostRows;
  private final int[] distances;
  private final boolean areSideBySide;
  private final boolean onlyFives;
  private final float[] values;
  private int rows;
  private int terms;
  private int rowsInFives;
  private int firstFour;

  private Scales(int mostRows, int[] distances) {
    this.mostRows = mostRows;
    this.distances = distances;
    this.areSideBySide = IntStream.range(0, distances.length).allMatch(k -> distances[k] == k);
    // Where registers are few, a panel of five is all that they take.
    this.onlyFives = !KernelChoice.hasManyRegisters(KernelChoice.vectorLength());
    int padded = Math.addExact(mostRows, 2 * FIVE + 2 * FOUR);
    this.values = new float[Math.multiplyExact(padded, distances.length)];
  }

  /**
   * Room for scales of up to {@code mostRows} sums.
   *
   * @param distances of each term's scale from its row's start, in the array that is packed
   */
  public static Scales of(int mostRows, int[] distances) {
    return new Scales(mostRows, distances);
  }

  private void divide(int count, int ofEach) {
    if (count != rows || ofEach != terms) {
      rows = count;
      terms = ofEach;
      rowsInFives = onlyFives ? rows : rowsInFives(rows);
      firstFour = panels(rowsInFives, FIVE) * FIVE * terms;
    }
  }

  /** Panels of {@code height} for {@code rows}: a kernel takes two at a time. */
  private static int panels(int rows, int height) {
    int pair = 2 * height;
    return (rows + pair - 1) / pair * 2;
  }

  /**
   * The rows, a multiple of five, to take in panels of five, so that four by four the others make
   * the least work: that of panels alone and of pairs of panels.
   */
  private static int rowsInFives(int rows) {
    int best = 0;
    for (int fives = FIVE; fives <= rows; fives += FIVE) {
      if (work(rows, fives) <= work(rows, best)) {
        best = fives;
      }
    }
    return best;
  }

  private static int work(int rows, int fives) {
    int fours = rows - fives;
    int alone = fives + (fours + FOUR - 1) / FOUR * FOUR;
    return alone + panels(fives, FIVE) * FIVE + panels(fours, FOUR) * FOUR;
  }

  /**
   * Takes the scales of {@code count} rows from {@code w}: row {@code r} starts at {@code at + r *
   * rowStride}.
   */
  public void pack(float[] w, int at, int rowStride, int count) {
    divide(count, distances.length);
    packPanels(w, at, rowStride, 0, rowsInFives, FIVE);
    packPanels(w, at, rowStride, rowsInFives, rows, FOUR);
  }

  /**
   * Takes the scales of some terms of {@code all}: of each {@code groupSize} terms there {@code
   * [from, to)}. There must be room for so many rows and terms.
   */
  public void take(Scales all, int groupSize, int from, int to) {
    int groups = all.terms / groupSize;
    divide(all.rows, groups * (to - from));
    takePanels(all, groups, groupSize, from, to, 0, rowsInFives, FIVE);
    takePanels(all, groups, groupSize, from, to, rowsInFives, rows, FOUR);
  }

  private void takePanels(
      Scales all, int groups, int groupSize, int from, int to, int row, int end, int height) {
    int some = (to - from) * height;
    for (int first = row; first < end; first += height) {
      int source = all.at(first) + from * height;
      int target = at(first);
      for (int group = 0; group < groups; group++) {
        System.arraycopy(all.values, source, values, target, some);
        source += groupSize * height;
        target += some;
      }
    }
  }

  private void packPanels(float[] w, int at, int rowStride, int from, int end, int height) {
    for (int row = from; row < end; row += height) {
      int first = at + row * rowStride;
      if (end - row < height) {
        packSome(w, first, rowStride, end - row, at(row), height);
      } else if (height == FIVE && areSideBySide) {
        KernelChoice.current().interleave(w, first, rowStride, terms, values, at(row));
      } else if (height == FIVE) {
        packFive(w, first, rowStride, at(row));
      } else {
        packFour(w, first, rowStride, at(row));
      }
    }
  }

  private void packFive(float[] w, int a, int rowStride, int to) {
    float[] packed = values;
    int b = a + rowStride;
    int c = b + rowStride;
    int d = c + rowStride;
    int e = d + rowStride;
    int p = to;
    for (int distance : distances) {
      packed[p] = w[a + distance];
      packed[p + 1] = w[b + distance];
      packed[p + 2] = w[c + distance];
      packed[p + 3] = w[d + distance];
      packed[p + 4] = w[e + distance];
      p += FIVE;
    }
  }

  private void packFour(float[] w, int a, int rowStride, int to) {
    float[] packed = values;
    int b = a + rowStride;
    int c = b + rowStride;
    int d = c + rowStride;
    int p = to;
    for (int distance : distances) {
      packed[p] = w[a + distance];
      packed[p + 1] = w[b + distance];
      packed[p + 2] = w[c + distance];
      packed[p + 3] = w[d + distance];
      p += FOUR;
    }
  }

  private void packSome(float[] w, int from, int rowStride, int count, int to, int height) {
    for (int row = 0; row < count; row++) {
      int start = from + row * rowStride;
      for (int k = 0; k < distances.length; k++) {
        values[to + k * height + row] = w[start + distances[k]];
      }
    }
  }

  /** Rows that there is room for. */
  public int mostRows() {
    return mostRows;
  }

  /** Rows that were packed. */
  int rows() {
    return rows;
  }

  /** Number of terms. */
  int terms() {
    return terms;
  }

  /** How many of the rows, from the first on, lie in panels of five; the others in fours. */
  int rowsInFives() {
    return rowsInFives;
  }

  /** Where the panel that begins with {@code row} starts; the next one follows it. */
  int at(int row) {
    return row < rowsInFives ? row * terms : firstFour + (row - rowsInFives) * terms;
  }

  /** The scale of one term of one row. */
  float get(int row, int term) {
    boolean inFives = row < rowsInFives;
    int height = inFives ? FIVE : FOUR;
    int within = (inFives ? row : row - rowsInFives) % height;
    return values[at(row - within) + term * height + within];
  }

  /** The panels; shared, not copied. */
  float[] values() {
    return values;
  }
}

package io.lockstep.lanes;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The {@link Totals} of many vectors at once. Two vectors become one, half of whose lanes are the
 * first one's half sums, half the second's, and so on until one vector holds sixteen totals. The
 * first pairs are neighbours, as one load then moves the lanes of both.
 *
 * <p>Lanes are moved by loading from a place beside. All vectors are halved before any is halved
 * again: a load that spans what two stores have just written would wait for both to reach memory.
 */
final class VectorTotals {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LENGTH = VectorKernels.LENGTH;

  /** Which lanes are an upper half: of 16, then of 8, 4 and 2; each for every vector of a CPU. */
  private static final List<VectorMask<Float>> UPPER = upperHalves();

  private static final int HALF = Lanes.COUNT / 2;

  /** Values from a row's vector to the next row's. */
  static final int ROW = 2 * Lanes.COUNT;

  private VectorTotals() {}

  private static List<VectorMask<Float>> upperHalves() {
    List<VectorMask<Float>> masks = new ArrayList<>();
    for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        boolean[] isUpper = new boolean[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
          isUpper[i] = ((lane + i) & half) != 0;
        }
        masks.add(VectorMask.fromArray(SPECIES, isUpper, 0));
      }
    }
    return masks;
  }

  /**
   * Where in the scratch the vector of each tap belongs, for the first row; the next row's is
   * {@link #ROW} values further.
   *
   * @param rows of vectors together
   * @param vectorsPerRow vectors of totals in a row
   */
  static int[] places(int rows, int vectorsPerRow) {
    int[] places = new int[vectorsPerRow * Lanes.COUNT];
    for (int tap = 0; tap < places.length; tap++) {
      int ofPair = (tap % HALF * vectorsPerRow + tap / Lanes.COUNT) * rows * ROW;
      places[tap] = ofPair + tap / HALF % 2 * Lanes.COUNT;
    }
    return places;
  }

  /**
   * Adds rows of totals to what is where they belong, or overwrites it.
   *
   * @param scratch the vectors, see {@link #places}; they are overwritten
   * @param rows of vectors
   * @param vectorsPerRow vectors of totals in a row
   * @param some of the rows, which count
   * @param taps of a row that count
   */
  static void add(
      Vectors scratch,
      int rows,
      int vectorsPerRow,
      int some,
      int taps,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add) {
    float[] beforeAll = add ? sums : VectorKernels.MINUS_ZEROS;
    int mask = add ? -1 : 0;
    float[] lanes = scratch.values();
    int vectors = rows * vectorsPerRow * Lanes.COUNT;
    int totalsAt = scratch.at() + vectors * Lanes.COUNT;
    halveAll(lanes, scratch.at(), totalsAt, vectors);
    for (int row = 0; row < some; row++) {
      int from = totalsAt + row * Lanes.COUNT;
      int to = sumsAt + row * sumsRow;
      int whole = taps / LENGTH * LENGTH;
      for (int tap = 0; tap < whole; tap += LENGTH) {
        FloatVector totals = FloatVector.fromArray(SPECIES, lanes, from + place(tap, rows));
        FloatVector before = FloatVector.fromArray(SPECIES, beforeAll, (to + tap) & mask);
        before.add(totals).intoArray(sums, to + tap);
      }
      for (int tap = whole; tap < taps; tap++) {
        float total = lanes[from + place(tap, rows)];
        sums[to + tap] = add ? sums[to + tap] + total : total;
      }
    }
  }

  /** Where a row's total of a tap is, when all vectors are halved. */
  private static int place(int tap, int rows) {
    return tap / Lanes.COUNT * rows * Lanes.COUNT + tap % Lanes.COUNT;
  }

  /** Halves all vectors {@code from} on until their totals are left, {@code to} on. */
  private static void halveAll(float[] s, int from, int to, int vectors) {
    int left = vectors / 2;
    int mask = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
      halvePairs(s, from + lane, to + lane, left * Lanes.COUNT, UPPER.get(mask));
      mask++;
    }
    for (int half = HALF / 2; half > 0; half /= 2) {
      left /= 2;
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        halve(s, to + lane, left * Lanes.COUNT, half, UPPER.get(mask));
        mask++;
      }
    }
  }

  /** Each vector with the next: one load has the first one's upper half and the next's lower. */
  private static void halvePairs(float[] s, int from, int to, int count, VectorMask<Float> upper) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector kept =
          FloatVector.fromArray(SPECIES, s, from + 2 * i)
              .blend(FloatVector.fromArray(SPECIES, s, from + Lanes.COUNT + 2 * i), upper);
      FloatVector moved = FloatVector.fromArray(SPECIES, s, from + HALF + 2 * i);
      kept.add(moved).intoArray(s, to + i);
    }
  }

  /** Each vector of the {@code count} values from {@code from} on with the one as far beyond it. */
  private static void halve(float[] s, int from, int count, int half, VectorMask<Float> upper) {
    int end = from + count;
    for (int i = from; i < end; i += Lanes.COUNT) {
      FloatVector kept =
          FloatVector.fromArray(SPECIES, s, i)
              .blend(FloatVector.fromArray(SPECIES, s, i + count), upper);
      FloatVector moved =
          FloatVector.fromArray(SPECIES, s, i + half)
              .blend(FloatVector.fromArray(SPECIES, s, i + count - half), upper);
      kept.add(moved).intoArray(s, i);
    }
  }
}

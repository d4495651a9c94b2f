package io.lockstep.lanes;

import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#sumProducts} in vectors: blocks of rows by taps, named by their size. Taps slide
 * where a place's vector for one tap is the next place's for the tap before: five, or two times
 * three, the rows of the common windows, take one load or two a place.
 */
final class VectorProducts {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LENGTH = VectorKernels.LENGTH;
  private static final boolean MANY_REGISTERS = VectorKernels.MANY_REGISTERS;
  private static final FloatVector MINUS_ZERO = VectorKernels.MINUS_ZERO;

  private static final int ROW = VectorTotals.ROW;

  /** Where the vectors of a batch belong, by the vectors of totals in a row: five at most. */
  private static final List<int[]> TOTALS_AT =
      IntStream.rangeClosed(0, 5)
          .mapToObj(vectors -> VectorTotals.places(MANY_REGISTERS ? 4 : 3, vectors))
          .toList();

  private VectorProducts() {}

  static void sumProducts(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      Distances taps,
      Distances places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      Vectors scratch) {
    if (!MANY_REGISTERS) {
      sumProducts3x3(g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
    } else if (taps.run() == 3) {
      sumProducts4x6(g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
    } else {
      sumProducts4x5(g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
    }
  }

  private static void sumProducts4x5(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      Distances taps,
      Distances places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      Vectors scratch) {
    float[] lanes = scratch.values();
    int count = taps.count();
    int[] tapsAt = taps.values();
    int[] placesAt = places.values();
    int vectorsPerRow = vectorsPerRow(count, 5, 5);
    int[] totalsAt = TOTALS_AT.get(vectorsPerRow);
    int rowLength = totalsAt.length;
    boolean slides = taps.run() == 5 && taps.step() == places.step();
    int reuse = slides ? places.run() : 1;
    for (int row = 0; row < rows; row += 4) {
      int last = rows - 1;
      int aG = gAt + row * gRow;
      int bG = gAt + Math.min(row + 1, last) * gRow;
      int cG = gAt + Math.min(row + 2, last) * gRow;
      int dG = gAt + Math.min(row + 3, last) * gRow;
      int inBatch = 0;
      for (int tap = 0; tap < count; tap += 5) {
        int x0 = xAt + tapsAt[tap];
        int x1 = xAt + tapsAt[tap + 1];
        int x2 = xAt + tapsAt[tap + 2];
        int x3 = xAt + tapsAt[tap + 3];
        int x4 = xAt + tapsAt[tap + 4];
        int t0 = scratch.at() + totalsAt[inBatch + 0];
        int t1 = scratch.at() + totalsAt[inBatch + 1];
        int t2 = scratch.at() + totalsAt[inBatch + 2];
        int t3 = scratch.at() + totalsAt[inBatch + 3];
        int t4 = scratch.at() + totalsAt[inBatch + 4];
        for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
          FloatVector zero = FloatVector.zero(SPECIES);
          FloatVector a0 = zero;
          FloatVector a1 = zero;
          FloatVector a2 = zero;
          FloatVector a3 = zero;
          FloatVector a4 = zero;
          FloatVector b0 = zero;
          FloatVector b1 = zero;
          FloatVector b2 = zero;
          FloatVector b3 = zero;
          FloatVector b4 = zero;
          FloatVector c0 = zero;
          FloatVector c1 = zero;
          FloatVector c2 = zero;
          FloatVector c3 = zero;
          FloatVector c4 = zero;
          FloatVector d0 = zero;
          FloatVector d1 = zero;
          FloatVector d2 = zero;
          FloatVector d3 = zero;
          FloatVector d4 = zero;
          FloatVector v0 = zero;
          FloatVector v1 = zero;
          FloatVector v2 = zero;
          FloatVector v3 = zero;
          int left = 0;
          for (int i = 0; i < places.count(); i++) {
            int place = placesAt[i] + lane;
            int ofG = i * Lanes.COUNT + lane;
            if (left == 0) {
              v0 = FloatVector.fromArray(SPECIES, x, x0 + place);
              v1 = FloatVector.fromArray(SPECIES, x, x1 + place);
              v2 = FloatVector.fromArray(SPECIES, x, x2 + place);
              v3 = FloatVector.fromArray(SPECIES, x, x3 + place);
              left = reuse;
            }
            left--;
            FloatVector v4 = FloatVector.fromArray(SPECIES, x, x4 + place);
            FloatVector s = FloatVector.fromArray(SPECIES, g, aG + ofG);
            a0 = s.fma(v0, a0);
            a1 = s.fma(v1, a1);
            a2 = s.fma(v2, a2);
            a3 = s.fma(v3, a3);
            a4 = s.fma(v4, a4);
            s = FloatVector.fromArray(SPECIES, g, bG + ofG);
            b0 = s.fma(v0, b0);
            b1 = s.fma(v1, b1);
            b2 = s.fma(v2, b2);
            b3 = s.fma(v3, b3);
            b4 = s.fma(v4, b4);
            s = FloatVector.fromArray(SPECIES, g, cG + ofG);
            c0 = s.fma(v0, c0);
            c1 = s.fma(v1, c1);
            c2 = s.fma(v2, c2);
            c3 = s.fma(v3, c3);
            c4 = s.fma(v4, c4);
            s = FloatVector.fromArray(SPECIES, g, dG + ofG);
            d0 = s.fma(v0, d0);
            d1 = s.fma(v1, d1);
            d2 = s.fma(v2, d2);
            d3 = s.fma(v3, d3);
            d4 = s.fma(v4, d4);
            v0 = v1;
            v1 = v2;
            v2 = v3;
            v3 = v4;
          }
          MINUS_ZERO.add(a0).intoArray(lanes, t0 + lane);
          MINUS_ZERO.add(a1).intoArray(lanes, t1 + lane);
          MINUS_ZERO.add(a2).intoArray(lanes, t2 + lane);
          MINUS_ZERO.add(a3).intoArray(lanes, t3 + lane);
          MINUS_ZERO.add(a4).intoArray(lanes, t4 + lane);
          MINUS_ZERO.add(b0).intoArray(lanes, t0 + ROW + lane);
          MINUS_ZERO.add(b1).intoArray(lanes, t1 + ROW + lane);
          MINUS_ZERO.add(b2).intoArray(lanes, t2 + ROW + lane);
          MINUS_ZERO.add(b3).intoArray(lanes, t3 + ROW + lane);
          MINUS_ZERO.add(b4).intoArray(lanes, t4 + ROW + lane);
          MINUS_ZERO.add(c0).intoArray(lanes, t0 + 2 * ROW + lane);
          MINUS_ZERO.add(c1).intoArray(lanes, t1 + 2 * ROW + lane);
          MINUS_ZERO.add(c2).intoArray(lanes, t2 + 2 * ROW + lane);
          MINUS_ZERO.add(c3).intoArray(lanes, t3 + 2 * ROW + lane);
          MINUS_ZERO.add(c4).intoArray(lanes, t4 + 2 * ROW + lane);
          MINUS_ZERO.add(d0).intoArray(lanes, t0 + 3 * ROW + lane);
          MINUS_ZERO.add(d1).intoArray(lanes, t1 + 3 * ROW + lane);
          MINUS_ZERO.add(d2).intoArray(lanes, t2 + 3 * ROW + lane);
          MINUS_ZERO.add(d3).intoArray(lanes, t3 + 3 * ROW + lane);
          MINUS_ZERO.add(d4).intoArray(lanes, t4 + 3 * ROW + lane);
        }
        int beyond = Math.min(tap + 5, count);
        inBatch += 5;
        if (beyond == count || inBatch == rowLength) {
          int first = tap + 5 - inBatch;
          VectorTotals.add(
              scratch,
              4,
              vectorsPerRow,
              Math.min(4, rows - row),
              beyond - first,
              sums,
              sumsAt + row * sumsRow + first,
              sumsRow,
              add);
          inBatch = 0;
        }
      }
    }
  }

  private static void sumProducts4x6(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      Distances taps,
      Distances places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      Vectors scratch) {
    float[] lanes = scratch.values();
    int count = taps.count();
    int[] tapsAt = taps.values();
    int[] placesAt = places.values();
    int vectorsPerRow = vectorsPerRow(count, 6, 3);
    int[] totalsAt = TOTALS_AT.get(vectorsPerRow);
    int rowLength = totalsAt.length;
    boolean slides = taps.run() == 3 && taps.step() == places.step();
    int reuse = slides ? places.run() : 1;
    for (int row = 0; row < rows; row += 4) {
      int last = rows - 1;
      int aG = gAt + row * gRow;
      int bG = gAt + Math.min(row + 1, last) * gRow;
      int cG = gAt + Math.min(row + 2, last) * gRow;
      int dG = gAt + Math.min(row + 3, last) * gRow;
      int inBatch = 0;
      for (int tap = 0; tap < count; tap += 6) {
        int x0 = xAt + tapsAt[tap];
        int x1 = xAt + tapsAt[tap + 1];
        int x2 = xAt + tapsAt[tap + 2];
        int x3 = xAt + tapsAt[tap + 3];
        int x4 = xAt + tapsAt[tap + 4];
        int x5 = xAt + tapsAt[tap + 5];
        int t0 = scratch.at() + totalsAt[inBatch + 0];
        int t1 = scratch.at() + totalsAt[inBatch + 1];
        int t2 = scratch.at() + totalsAt[inBatch + 2];
        int t3 = scratch.at() + totalsAt[inBatch + 3];
        int t4 = scratch.at() + totalsAt[inBatch + 4];
        int t5 = scratch.at() + totalsAt[inBatch + 5];
        for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
          FloatVector zero = FloatVector.zero(SPECIES);
          FloatVector a0 = zero;
          FloatVector a1 = zero;
          FloatVector a2 = zero;
          FloatVector a3 = zero;
          FloatVector a4 = zero;
          FloatVector a5 = zero;
          FloatVector b0 = zero;
          FloatVector b1 = zero;
          FloatVector b2 = zero;
          FloatVector b3 = zero;
          FloatVector b4 = zero;
          FloatVector b5 = zero;
          FloatVector c0 = zero;
          FloatVector c1 = zero;
          FloatVector c2 = zero;
          FloatVector c3 = zero;
          FloatVector c4 = zero;
          FloatVector c5 = zero;
          FloatVector d0 = zero;
          FloatVector d1 = zero;
          FloatVector d2 = zero;
          FloatVector d3 = zero;
          FloatVector d4 = zero;
          FloatVector d5 = zero;
          FloatVector v0 = zero;
          FloatVector v1 = zero;
          FloatVector v3 = zero;
          FloatVector v4 = zero;
          int left = 0;
          for (int i = 0; i < places.count(); i++) {
            int place = placesAt[i] + lane;
            int ofG = i * Lanes.COUNT + lane;
            if (left == 0) {
              v0 = FloatVector.fromArray(SPECIES, x, x0 + place);
              v1 = FloatVector.fromArray(SPECIES, x, x1 + place);
              v3 = FloatVector.fromArray(SPECIES, x, x3 + place);
              v4 = FloatVector.fromArray(SPECIES, x, x4 + place);
              left = reuse;
            }
            left--;
            FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + place);
            FloatVector v5 = FloatVector.fromArray(SPECIES, x, x5 + place);
            FloatVector s = FloatVector.fromArray(SPECIES, g, aG + ofG);
            a0 = s.fma(v0, a0);
            a1 = s.fma(v1, a1);
            a2 = s.fma(v2, a2);
            a3 = s.fma(v3, a3);
            a4 = s.fma(v4, a4);
            a5 = s.fma(v5, a5);
            s = FloatVector.fromArray(SPECIES, g, bG + ofG);
            b0 = s.fma(v0, b0);
            b1 = s.fma(v1, b1);
            b2 = s.fma(v2, b2);
            b3 = s.fma(v3, b3);
            b4 = s.fma(v4, b4);
            b5 = s.fma(v5, b5);
            s = FloatVector.fromArray(SPECIES, g, cG + ofG);
            c0 = s.fma(v0, c0);
            c1 = s.fma(v1, c1);
            c2 = s.fma(v2, c2);
            c3 = s.fma(v3, c3);
            c4 = s.fma(v4, c4);
            c5 = s.fma(v5, c5);
            s = FloatVector.fromArray(SPECIES, g, dG + ofG);
            d0 = s.fma(v0, d0);
            d1 = s.fma(v1, d1);
            d2 = s.fma(v2, d2);
            d3 = s.fma(v3, d3);
            d4 = s.fma(v4, d4);
            d5 = s.fma(v5, d5);
            v0 = v1;
            v1 = v2;
            v3 = v4;
            v4 = v5;
          }
          MINUS_ZERO.add(a0).intoArray(lanes, t0 + lane);
          MINUS_ZERO.add(a1).intoArray(lanes, t1 + lane);
          MINUS_ZERO.add(a2).intoArray(lanes, t2 + lane);
          MINUS_ZERO.add(a3).intoArray(lanes, t3 + lane);
          MINUS_ZERO.add(a4).intoArray(lanes, t4 + lane);
          MINUS_ZERO.add(a5).intoArray(lanes, t5 + lane);
          MINUS_ZERO.add(b0).intoArray(lanes, t0 + ROW + lane);
          MINUS_ZERO.add(b1).intoArray(lanes, t1 + ROW + lane);
          MINUS_ZERO.add(b2).intoArray(lanes, t2 + ROW + lane);
          MINUS_ZERO.add(b3).intoArray(lanes, t3 + ROW + lane);
          MINUS_ZERO.add(b4).intoArray(lanes, t4 + ROW + lane);
          MINUS_ZERO.add(b5).intoArray(lanes, t5 + ROW + lane);
          MINUS_ZERO.add(c0).intoArray(lanes, t0 + 2 * ROW + lane);
          MINUS_ZERO.add(c1).intoArray(lanes, t1 + 2 * ROW + lane);
          MINUS_ZERO.add(c2).intoArray(lanes, t2 + 2 * ROW + lane);
          MINUS_ZERO.add(c3).intoArray(lanes, t3 + 2 * ROW + lane);
          MINUS_ZERO.add(c4).intoArray(lanes, t4 + 2 * ROW + lane);
          MINUS_ZERO.add(c5).intoArray(lanes, t5 + 2 * ROW + lane);
          MINUS_ZERO.add(d0).intoArray(lanes, t0 + 3 * ROW + lane);
          MINUS_ZERO.add(d1).intoArray(lanes, t1 + 3 * ROW + lane);
          MINUS_ZERO.add(d2).intoArray(lanes, t2 + 3 * ROW + lane);
          MINUS_ZERO.add(d3).intoArray(lanes, t3 + 3 * ROW + lane);
          MINUS_ZERO.add(d4).intoArray(lanes, t4 + 3 * ROW + lane);
          MINUS_ZERO.add(d5).intoArray(lanes, t5 + 3 * ROW + lane);
        }
        int beyond = Math.min(tap + 6, count);
        inBatch += 6;
        if (beyond == count || inBatch == rowLength) {
          int first = tap + 6 - inBatch;
          VectorTotals.add(
              scratch,
              4,
              vectorsPerRow,
              Math.min(4, rows - row),
              beyond - first,
              sums,
              sumsAt + row * sumsRow + first,
              sumsRow,
              add);
          inBatch = 0;
        }
      }
    }
  }

  private static void sumProducts3x3(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      Distances taps,
      Distances places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      Vectors scratch) {
    float[] lanes = scratch.values();
    int count = taps.count();
    int[] tapsAt = taps.values();
    int[] placesAt = places.values();
    int vectorsPerRow = vectorsPerRow(count, 3, 3);
    int[] totalsAt = TOTALS_AT.get(vectorsPerRow);
    int rowLength = totalsAt.length;
    for (int row = 0; row < rows; row += 3) {
      int last = rows - 1;
      int aG = gAt + row * gRow;
      int bG = gAt + Math.min(row + 1, last) * gRow;
      int cG = gAt + Math.min(row + 2, last) * gRow;
      int inBatch = 0;
      for (int tap = 0; tap < count; tap += 3) {
        int x0 = xAt + tapsAt[tap];
        int x1 = xAt + tapsAt[tap + 1];
        int x2 = xAt + tapsAt[tap + 2];
        int t0 = scratch.at() + totalsAt[inBatch + 0];
        int t1 = scratch.at() + totalsAt[inBatch + 1];
        int t2 = scratch.at() + totalsAt[inBatch + 2];
        for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
          FloatVector zero = FloatVector.zero(SPECIES);
          FloatVector a0 = zero;
          FloatVector a1 = zero;
          FloatVector a2 = zero;
          FloatVector b0 = zero;
          FloatVector b1 = zero;
          FloatVector b2 = zero;
          FloatVector c0 = zero;
          FloatVector c1 = zero;
          FloatVector c2 = zero;
          for (int i = 0; i < places.count(); i++) {
            int place = placesAt[i] + lane;
            int ofG = i * Lanes.COUNT + lane;
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + place);
            FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + place);
            FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + place);
            FloatVector s = FloatVector.fromArray(SPECIES, g, aG + ofG);
            a0 = v0.fma(s, a0);
            a1 = v1.fma(s, a1);
            a2 = v2.fma(s, a2);
            s = FloatVector.fromArray(SPECIES, g, bG + ofG);
            b0 = v0.fma(s, b0);
            b1 = v1.fma(s, b1);
            b2 = v2.fma(s, b2);
            s = FloatVector.fromArray(SPECIES, g, cG + ofG);
            c0 = v0.fma(s, c0);
            c1 = v1.fma(s, c1);
            c2 = v2.fma(s, c2);
          }
          MINUS_ZERO.add(a0).intoArray(lanes, t0 + lane);
          MINUS_ZERO.add(a1).intoArray(lanes, t1 + lane);
          MINUS_ZERO.add(a2).intoArray(lanes, t2 + lane);
          MINUS_ZERO.add(b0).intoArray(lanes, t0 + ROW + lane);
          MINUS_ZERO.add(b1).intoArray(lanes, t1 + ROW + lane);
          MINUS_ZERO.add(b2).intoArray(lanes, t2 + ROW + lane);
          MINUS_ZERO.add(c0).intoArray(lanes, t0 + 2 * ROW + lane);
          MINUS_ZERO.add(c1).intoArray(lanes, t1 + 2 * ROW + lane);
          MINUS_ZERO.add(c2).intoArray(lanes, t2 + 2 * ROW + lane);
        }
        int beyond = Math.min(tap + 3, count);
        inBatch += 3;
        if (beyond == count || inBatch == rowLength) {
          int first = tap + 3 - inBatch;
          VectorTotals.add(
              scratch,
              3,
              vectorsPerRow,
              Math.min(3, rows - row),
              beyond - first,
              sums,
              sumsAt + row * sumsRow + first,
              sumsRow,
              add);
          inBatch = 0;
        }
      }
    }
  }

  /**
   * How many vectors of totals a row has together: room for all taps, in steps, or {@code most}, of
   * which the taps are a multiple of the step, and for which all rows have room in the scratch.
   */
  private static int vectorsPerRow(int taps, int step, int most) {
    int inSteps = (taps + step - 1) / step * step;
    return Math.min((inSteps + Lanes.COUNT - 1) / Lanes.COUNT, most);
  }
}

package io.lockstep.lanes;

import java.util.Arrays;

/** The kernels as plain loops: the reference, and what runs where there are no vectors. */
final class PlainKernels implements Kernels {
  /** The longest vector that {@link Columns} can be cut into. */
  static final int LENGTH = Lanes.COUNT;

  @Override
  public int vectorLength() {
    return LENGTH;
  }

  @Override
  public void sumScaled(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      Columns columns,
      boolean add) {
    int length = KernelChoice.vectorLength(); // what the columns were cut into
    float[] sum = new float[length];
    for (int row = 0; row < w.rows(); row++) {
      for (int column = 0; column < columns.vectors(); column++) {
        int out = columns.outputs()[column];
        int result = yAt + row * yRow + out;
        System.arraycopy(first.values, row * first.rowStride, sum, 0, length);
        for (int k = from; k < to; k++) {
          float scale = w.get(row, k);
          int vector = xAt + columns.inputs()[column] + terms.values()[k];
          for (int lane = 0; lane < length; lane++) {
            sum[lane] = Math.fma(x[vector + lane], scale, sum[lane]);
          }
        }
        for (int lane = 0; lane < length; lane++) {
          y[result + lane] = add ? y[result + lane] + sum[lane] : sum[lane];
        }
      }
    }
  }

  @Override
  public void interleave(float[] rows, int at, int rowStride, int count, float[] to, int toAt) {
    interleave(rows, at, rowStride, 0, count, to, toAt);
  }

  /** Values {@code [from, count)} of each row. */
  static void interleave(
      float[] rows, int at, int rowStride, int from, int count, float[] to, int toAt) {
    for (int k = from; k < count; k++) {
      for (int row = 0; row < INTERLEAVED; row++) {
        to[toAt + INTERLEAVED * k + row] = rows[at + row * rowStride + k];
      }
    }
  }

  @Override
  public void sumProducts(
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
    int first = scratch.at();
    for (int row = 0; row < rows; row++) {
      for (int tap = 0; tap < taps.count(); tap++) {
        Arrays.fill(lanes, first, first + Lanes.COUNT, 0);
        for (int place = 0; place < places.count(); place++) {
          int ofG = gAt + row * gRow + place * Lanes.COUNT;
          int ofX = xAt + taps.values()[tap] + places.values()[place];
          for (int lane = 0; lane < Lanes.COUNT; lane++) {
            lanes[first + lane] = Math.fma(x[ofX + lane], g[ofG + lane], lanes[first + lane]);
          }
        }
        int at = sumsAt + row * sumsRow + tap;
        float total = Totals.of(lanes, first);
        sums[at] = add ? sums[at] + total : total;
      }
    }
  }

  @Override
  public void sumRows(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      int vectors,
      float[] sums,
      int sumsAt,
      boolean add,
      Vectors scratch) {
    float[] lanes = scratch.values();
    int first = scratch.at();
    for (int row = 0; row < rows; row++) {
      Arrays.fill(lanes, first, first + Lanes.COUNT, 0);
      for (int vector = 0; vector < vectors; vector++) {
        int ofG = gAt + row * gRow + vector * Lanes.COUNT;
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
          lanes[first + lane] += g[ofG + lane];
        }
      }
      float total = Totals.of(lanes, first);
      sums[sumsAt + row] = add ? sums[sumsAt + row] + total : total;
    }
  }

  @Override
  public void putBytes(
      ByteRows meaning,
      byte[] x,
      int xAt,
      int columns,
      int rows,
      float[] y,
      int yAt,
      int yRow,
      int[] words) {
    Transposition.transpose(x, xAt, columns, meaning.table(), y, yAt, yRow, rows, columns);
  }

  @Override
  public void maxPool(float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        int from = windows[window] + lane;
        float best = x[from + taps[0]];
        int winner = 0;
        for (int tap = 1; tap < taps.length; tap++) {
          float value = x[from + taps[tap]];
          if (value > best || Float.isNaN(value)) {
            best = value;
            winner = tap;
          }
        }
        y[window * Lanes.COUNT + lane] = best;
        winners[window * Lanes.COUNT + lane] = winner;
      }
    }
  }

  @Override
  public void maxPoolGradient(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint) {
    for (int window = 0; window < windows.length; window++) {
      for (int tap = 0; tap < taps.length; tap++) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
          int from = window * Lanes.COUNT + lane;
          int to = windows[window] + taps[tap] + lane;
          float share = winners[from] == tap ? g[from] : 0;
          dx[to] = disjoint ? share : dx[to] + share;
        }
      }
    }
  }
}

package io.lockstep.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#sumScaled} in vectors: blocks of rows by columns, named by their size.
 *
 * <p>A core multiplies and adds two vectors in the time in which it loads one that crosses a cache
 * line, as those outside of {@link VectorMemory} do, or two scales; and it begins no more than some
 * eight instructions a cycle, so scales lie side by side, see {@link Scales}, and their indices are
 * checked once for all. Columns that slide, where a term's vector is the next column's for the term
 * before, come four at a time, with one load a term; others come two at a time, with as many rows
 * as registers hold.
 */
final class VectorScaledSums {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final boolean MANY_REGISTERS = VectorKernels.MANY_REGISTERS;
  private static final float[] MINUS_ZEROS = VectorKernels.MINUS_ZEROS;

  private VectorScaledSums() {}

  static void sumScaled(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      Columns columns,
      boolean add) {
    int rows = w.rows();
    int low = w.rowsInFives();
    int vectors = columns.vectors();
    int[] inputs = columns.inputs();
    int[] outputs = columns.outputs();
    if (!MANY_REGISTERS) {
      sumScaled5x2(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, 0, rows, inputs, outputs, 0, vectors,
          add);
      return;
    }
    // Two columns of so few rows would leave most of the registers unused.
    int wide = rows < 8 ? vectors / 4 * 4 : columns.sliding(terms);
    int paired = vectors / 2 * 2;
    if (wide > 0) {
      sumScaled5x4(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, 0, low, inputs, outputs, 0, wide, add);
      sumScaled4x4(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, low, rows, inputs, outputs, 0, wide,
          add);
    }
    if (wide < paired) {
      sumScaled10x2(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, 0, low, inputs, outputs, wide, paired,
          add);
      sumScaled8x2(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, low, rows, inputs, outputs, wide, paired,
          add);
    }
    if (paired < vectors) {
      sumScaled10x1(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, 0, low, inputs, outputs, paired, add);
      sumScaled8x1(
          w, x, xAt, terms, from, to, first, y, yAt, yRow, low, rows, inputs, outputs, paired, add);
    }
  }

  private static void sumScaled5x4(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    int run = terms.runWithin(from, to);
    int step = terms.step();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = fromRow; row < toRow; row += 5) {
      int ofP = w.at(row);
      int aRow = row;
      int bRow = row + 1;
      int cRow = row + 2;
      int dRow = row + 3;
      int eRow = row + 4;
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      for (int column = begin; column < end; column += 4) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        int x2 = xAt + inputs[column + 2];
        int y2 = outputs[column + 2];
        int x3 = xAt + inputs[column + 3];
        int y3 = outputs[column + 3];
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
        FloatVector b1 = b0;
        FloatVector b2 = b0;
        FloatVector b3 = b0;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
        FloatVector d1 = d0;
        FloatVector d2 = d0;
        FloatVector d3 = d0;
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
        FloatVector e1 = e0;
        FloatVector e2 = e0;
        FloatVector e3 = e0;
        boolean slides = x1 - x0 == step && x2 - x1 == step && x3 - x2 == step;
        int reuse = slides ? run : 1;
        int left = 0;
        int next = 0;
        FloatVector v0 = FloatVector.zero(SPECIES);
        FloatVector v1 = FloatVector.zero(SPECIES);
        FloatVector v2 = FloatVector.zero(SPECIES);
        for (int k = from; k < to; k++) {
          if (left == 0) {
            int term = vector[k];
            v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
            v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
            v2 = FloatVector.fromArray(SPECIES, x, x2 + term);
            next = x3 + term;
            left = reuse;
          }
          left--;
          FloatVector v3 = FloatVector.fromArray(SPECIES, x, next);
          next += step;
          int p = ofP + k * 5;
          FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
          a0 = s.fma(v0, a0);
          a1 = s.fma(v1, a1);
          a2 = s.fma(v2, a2);
          a3 = s.fma(v3, a3);
          s = FloatVector.broadcast(SPECIES, scales[p + 1]);
          b0 = s.fma(v0, b0);
          b1 = s.fma(v1, b1);
          b2 = s.fma(v2, b2);
          b3 = s.fma(v3, b3);
          s = FloatVector.broadcast(SPECIES, scales[p + 2]);
          c0 = s.fma(v0, c0);
          c1 = s.fma(v1, c1);
          c2 = s.fma(v2, c2);
          c3 = s.fma(v3, c3);
          s = FloatVector.broadcast(SPECIES, scales[p + 3]);
          d0 = s.fma(v0, d0);
          d1 = s.fma(v1, d1);
          d2 = s.fma(v2, d2);
          d3 = s.fma(v3, d3);
          s = FloatVector.broadcast(SPECIES, scales[p + 4]);
          e0 = s.fma(v0, e0);
          e1 = s.fma(v1, e1);
          e2 = s.fma(v2, e2);
          e3 = s.fma(v3, e3);
          v0 = v1;
          v1 = v2;
          v2 = v3;
        }
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
            .add(a1)
            .intoArray(y, aY + y1);
        FloatVector.fromArray(SPECIES, before, (aY + y2) & beforeMask)
            .add(a2)
            .intoArray(y, aY + y2);
        FloatVector.fromArray(SPECIES, before, (aY + y3) & beforeMask)
            .add(a3)
            .intoArray(y, aY + y3);
        FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
            .add(b0)
            .intoArray(y, bY + y0);
        FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
            .add(b1)
            .intoArray(y, bY + y1);
        FloatVector.fromArray(SPECIES, before, (bY + y2) & beforeMask)
            .add(b2)
            .intoArray(y, bY + y2);
        FloatVector.fromArray(SPECIES, before, (bY + y3) & beforeMask)
            .add(b3)
            .intoArray(y, bY + y3);
        FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
            .add(c0)
            .intoArray(y, cY + y0);
        FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
            .add(c1)
            .intoArray(y, cY + y1);
        FloatVector.fromArray(SPECIES, before, (cY + y2) & beforeMask)
            .add(c2)
            .intoArray(y, cY + y2);
        FloatVector.fromArray(SPECIES, before, (cY + y3) & beforeMask)
            .add(c3)
            .intoArray(y, cY + y3);
        FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
            .add(d0)
            .intoArray(y, dY + y0);
        FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
            .add(d1)
            .intoArray(y, dY + y1);
        FloatVector.fromArray(SPECIES, before, (dY + y2) & beforeMask)
            .add(d2)
            .intoArray(y, dY + y2);
        FloatVector.fromArray(SPECIES, before, (dY + y3) & beforeMask)
            .add(d3)
            .intoArray(y, dY + y3);
        FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
            .add(e0)
            .intoArray(y, eY + y0);
        FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
            .add(e1)
            .intoArray(y, eY + y1);
        FloatVector.fromArray(SPECIES, before, (eY + y2) & beforeMask)
            .add(e2)
            .intoArray(y, eY + y2);
        FloatVector.fromArray(SPECIES, before, (eY + y3) & beforeMask)
            .add(e3)
            .intoArray(y, eY + y3);
      }
    }
  }

  private static void sumScaled4x4(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    int run = terms.runWithin(from, to);
    int step = terms.step();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = fromRow; row < toRow; row += 4) {
      int ofP = w.at(row);
      int last = toRow - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      for (int column = begin; column < end; column += 4) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        int x2 = xAt + inputs[column + 2];
        int y2 = outputs[column + 2];
        int x3 = xAt + inputs[column + 3];
        int y3 = outputs[column + 3];
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
        FloatVector b1 = b0;
        FloatVector b2 = b0;
        FloatVector b3 = b0;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
        FloatVector d1 = d0;
        FloatVector d2 = d0;
        FloatVector d3 = d0;
        boolean slides = x1 - x0 == step && x2 - x1 == step && x3 - x2 == step;
        int reuse = slides ? run : 1;
        int left = 0;
        int next = 0;
        FloatVector v0 = FloatVector.zero(SPECIES);
        FloatVector v1 = FloatVector.zero(SPECIES);
        FloatVector v2 = FloatVector.zero(SPECIES);
        for (int k = from; k < to; k++) {
          if (left == 0) {
            int term = vector[k];
            v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
            v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
            v2 = FloatVector.fromArray(SPECIES, x, x2 + term);
            next = x3 + term;
            left = reuse;
          }
          left--;
          FloatVector v3 = FloatVector.fromArray(SPECIES, x, next);
          next += step;
          int p = ofP + k * 4;
          FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
          a0 = s.fma(v0, a0);
          a1 = s.fma(v1, a1);
          a2 = s.fma(v2, a2);
          a3 = s.fma(v3, a3);
          s = FloatVector.broadcast(SPECIES, scales[p + 1]);
          b0 = s.fma(v0, b0);
          b1 = s.fma(v1, b1);
          b2 = s.fma(v2, b2);
          b3 = s.fma(v3, b3);
          s = FloatVector.broadcast(SPECIES, scales[p + 2]);
          c0 = s.fma(v0, c0);
          c1 = s.fma(v1, c1);
          c2 = s.fma(v2, c2);
          c3 = s.fma(v3, c3);
          s = FloatVector.broadcast(SPECIES, scales[p + 3]);
          d0 = s.fma(v0, d0);
          d1 = s.fma(v1, d1);
          d2 = s.fma(v2, d2);
          d3 = s.fma(v3, d3);
          v0 = v1;
          v1 = v2;
          v2 = v3;
        }
        int high = toRow - row;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
            .add(a1)
            .intoArray(y, aY + y1);
        FloatVector.fromArray(SPECIES, before, (aY + y2) & beforeMask)
            .add(a2)
            .intoArray(y, aY + y2);
        FloatVector.fromArray(SPECIES, before, (aY + y3) & beforeMask)
            .add(a3)
            .intoArray(y, aY + y3);
        if (high > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
              .add(b1)
              .intoArray(y, bY + y1);
          FloatVector.fromArray(SPECIES, before, (bY + y2) & beforeMask)
              .add(b2)
              .intoArray(y, bY + y2);
          FloatVector.fromArray(SPECIES, before, (bY + y3) & beforeMask)
              .add(b3)
              .intoArray(y, bY + y3);
        }
        if (high > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
              .add(c1)
              .intoArray(y, cY + y1);
          FloatVector.fromArray(SPECIES, before, (cY + y2) & beforeMask)
              .add(c2)
              .intoArray(y, cY + y2);
          FloatVector.fromArray(SPECIES, before, (cY + y3) & beforeMask)
              .add(c3)
              .intoArray(y, cY + y3);
        }
        if (high > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
              .add(d1)
              .intoArray(y, dY + y1);
          FloatVector.fromArray(SPECIES, before, (dY + y2) & beforeMask)
              .add(d2)
              .intoArray(y, dY + y2);
          FloatVector.fromArray(SPECIES, before, (dY + y3) & beforeMask)
              .add(d3)
              .intoArray(y, dY + y3);
        }
      }
    }
  }

  private static void sumScaled10x2(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = fromRow; row < toRow; row += 10) {
      int ofP = w.at(row);
      int ofQ = ofP + 5 * w.terms();
      int last = toRow - 1;
      int aRow = row;
      int bRow = row + 1;
      int cRow = row + 2;
      int dRow = row + 3;
      int eRow = row + 4;
      int fRow = Math.min(row + 5, last);
      int gRow = Math.min(row + 6, last);
      int hRow = Math.min(row + 7, last);
      int iRow = Math.min(row + 8, last);
      int jRow = Math.min(row + 9, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      int fY = yAt + fRow * yRow;
      int fStart = fRow * startRow;
      int gY = yAt + gRow * yRow;
      int gStart = gRow * startRow;
      int hY = yAt + hRow * yRow;
      int hStart = hRow * startRow;
      int iY = yAt + iRow * yRow;
      int iStart = iRow * startRow;
      int jY = yAt + jRow * yRow;
      int jStart = jRow * startRow;
      for (int column = begin; column < end; column += 2) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
        FloatVector a1 = a0;
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
        FloatVector b1 = b0;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
        FloatVector c1 = c0;
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
        FloatVector d1 = d0;
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
        FloatVector e1 = e0;
        FloatVector f0 = FloatVector.fromArray(SPECIES, start, fStart);
        FloatVector f1 = f0;
        FloatVector g0 = FloatVector.fromArray(SPECIES, start, gStart);
        FloatVector g1 = g0;
        FloatVector h0 = FloatVector.fromArray(SPECIES, start, hStart);
        FloatVector h1 = h0;
        FloatVector i0 = FloatVector.fromArray(SPECIES, start, iStart);
        FloatVector i1 = i0;
        FloatVector j0 = FloatVector.fromArray(SPECIES, start, jStart);
        FloatVector j1 = j0;
        for (int k = from; k < to; k++) {
          int p = ofP + k * 5;
          int q = ofQ + k * 5;
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
          a0 = s.fma(v0, a0);
          a1 = s.fma(v1, a1);
          s = FloatVector.broadcast(SPECIES, scales[p + 1]);
          b0 = s.fma(v0, b0);
          b1 = s.fma(v1, b1);
          s = FloatVector.broadcast(SPECIES, scales[p + 2]);
          c0 = s.fma(v0, c0);
          c1 = s.fma(v1, c1);
          s = FloatVector.broadcast(SPECIES, scales[p + 3]);
          d0 = s.fma(v0, d0);
          d1 = s.fma(v1, d1);
          s = FloatVector.broadcast(SPECIES, scales[p + 4]);
          e0 = s.fma(v0, e0);
          e1 = s.fma(v1, e1);
          s = FloatVector.broadcast(SPECIES, scales[q]);
          f0 = s.fma(v0, f0);
          f1 = s.fma(v1, f1);
          s = FloatVector.broadcast(SPECIES, scales[q + 1]);
          g0 = s.fma(v0, g0);
          g1 = s.fma(v1, g1);
          s = FloatVector.broadcast(SPECIES, scales[q + 2]);
          h0 = s.fma(v0, h0);
          h1 = s.fma(v1, h1);
          s = FloatVector.broadcast(SPECIES, scales[q + 3]);
          i0 = s.fma(v0, i0);
          i1 = s.fma(v1, i1);
          s = FloatVector.broadcast(SPECIES, scales[q + 4]);
          j0 = s.fma(v0, j0);
          j1 = s.fma(v1, j1);
        }
        int high = toRow - row;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
            .add(a1)
            .intoArray(y, aY + y1);
        FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
            .add(b0)
            .intoArray(y, bY + y0);
        FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
            .add(b1)
            .intoArray(y, bY + y1);
        FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
            .add(c0)
            .intoArray(y, cY + y0);
        FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
            .add(c1)
            .intoArray(y, cY + y1);
        FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
            .add(d0)
            .intoArray(y, dY + y0);
        FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
            .add(d1)
            .intoArray(y, dY + y1);
        FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
            .add(e0)
            .intoArray(y, eY + y0);
        FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
            .add(e1)
            .intoArray(y, eY + y1);
        if (high > 5) {
          FloatVector.fromArray(SPECIES, before, (fY + y0) & beforeMask)
              .add(f0)
              .intoArray(y, fY + y0);
          FloatVector.fromArray(SPECIES, before, (fY + y1) & beforeMask)
              .add(f1)
              .intoArray(y, fY + y1);
          FloatVector.fromArray(SPECIES, before, (gY + y0) & beforeMask)
              .add(g0)
              .intoArray(y, gY + y0);
          FloatVector.fromArray(SPECIES, before, (gY + y1) & beforeMask)
              .add(g1)
              .intoArray(y, gY + y1);
          FloatVector.fromArray(SPECIES, before, (hY + y0) & beforeMask)
              .add(h0)
              .intoArray(y, hY + y0);
          FloatVector.fromArray(SPECIES, before, (hY + y1) & beforeMask)
              .add(h1)
              .intoArray(y, hY + y1);
          FloatVector.fromArray(SPECIES, before, (iY + y0) & beforeMask)
              .add(i0)
              .intoArray(y, iY + y0);
          FloatVector.fromArray(SPECIES, before, (iY + y1) & beforeMask)
              .add(i1)
              .intoArray(y, iY + y1);
          FloatVector.fromArray(SPECIES, before, (jY + y0) & beforeMask)
              .add(j0)
              .intoArray(y, jY + y0);
          FloatVector.fromArray(SPECIES, before, (jY + y1) & beforeMask)
              .add(j1)
              .intoArray(y, jY + y1);
        }
      }
    }
  }

  private static void sumScaled8x2(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = fromRow; row < toRow; row += 8) {
      int ofP = w.at(row);
      int ofQ = ofP + 4 * w.terms();
      int last = toRow - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int fRow = Math.min(row + 5, last);
      int gRow = Math.min(row + 6, last);
      int hRow = Math.min(row + 7, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      int fY = yAt + fRow * yRow;
      int fStart = fRow * startRow;
      int gY = yAt + gRow * yRow;
      int gStart = gRow * startRow;
      int hY = yAt + hRow * yRow;
      int hStart = hRow * startRow;
      for (int column = begin; column < end; column += 2) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
        FloatVector a1 = a0;
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
        FloatVector b1 = b0;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
        FloatVector c1 = c0;
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
        FloatVector d1 = d0;
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
        FloatVector e1 = e0;
        FloatVector f0 = FloatVector.fromArray(SPECIES, start, fStart);
        FloatVector f1 = f0;
        FloatVector g0 = FloatVector.fromArray(SPECIES, start, gStart);
        FloatVector g1 = g0;
        FloatVector h0 = FloatVector.fromArray(SPECIES, start, hStart);
        FloatVector h1 = h0;
        for (int k = from; k < to; k++) {
          int p = ofP + k * 4;
          int q = ofQ + k * 4;
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
          a0 = s.fma(v0, a0);
          a1 = s.fma(v1, a1);
          s = FloatVector.broadcast(SPECIES, scales[p + 1]);
          b0 = s.fma(v0, b0);
          b1 = s.fma(v1, b1);
          s = FloatVector.broadcast(SPECIES, scales[p + 2]);
          c0 = s.fma(v0, c0);
          c1 = s.fma(v1, c1);
          s = FloatVector.broadcast(SPECIES, scales[p + 3]);
          d0 = s.fma(v0, d0);
          d1 = s.fma(v1, d1);
          s = FloatVector.broadcast(SPECIES, scales[q]);
          e0 = s.fma(v0, e0);
          e1 = s.fma(v1, e1);
          s = FloatVector.broadcast(SPECIES, scales[q + 1]);
          f0 = s.fma(v0, f0);
          f1 = s.fma(v1, f1);
          s = FloatVector.broadcast(SPECIES, scales[q + 2]);
          g0 = s.fma(v0, g0);
          g1 = s.fma(v1, g1);
          s = FloatVector.broadcast(SPECIES, scales[q + 3]);
          h0 = s.fma(v0, h0);
          h1 = s.fma(v1, h1);
        }
        int high = toRow - row;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
            .add(a1)
            .intoArray(y, aY + y1);
        if (high > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
              .add(b1)
              .intoArray(y, bY + y1);
        }
        if (high > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
              .add(c1)
              .intoArray(y, cY + y1);
        }
        if (high > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
              .add(d1)
              .intoArray(y, dY + y1);
        }
        if (high > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
          FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
              .add(e1)
              .intoArray(y, eY + y1);
        }
        if (high > 5) {
          FloatVector.fromArray(SPECIES, before, (fY + y0) & beforeMask)
              .add(f0)
              .intoArray(y, fY + y0);
          FloatVector.fromArray(SPECIES, before, (fY + y1) & beforeMask)
              .add(f1)
              .intoArray(y, fY + y1);
        }
        if (high > 6) {
          FloatVector.fromArray(SPECIES, before, (gY + y0) & beforeMask)
              .add(g0)
              .intoArray(y, gY + y0);
          FloatVector.fromArray(SPECIES, before, (gY + y1) & beforeMask)
              .add(g1)
              .intoArray(y, gY + y1);
        }
        if (high > 7) {
          FloatVector.fromArray(SPECIES, before, (hY + y0) & beforeMask)
              .add(h0)
              .intoArray(y, hY + y0);
          FloatVector.fromArray(SPECIES, before, (hY + y1) & beforeMask)
              .add(h1)
              .intoArray(y, hY + y1);
        }
      }
    }
  }

  private static void sumScaled10x1(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int column,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    int x0 = xAt + inputs[column];
    int y0 = outputs[column];
    for (int row = fromRow; row < toRow; row += 10) {
      int ofP = w.at(row);
      int ofQ = ofP + 5 * w.terms();
      int last = toRow - 1;
      int aRow = row;
      int bRow = row + 1;
      int cRow = row + 2;
      int dRow = row + 3;
      int eRow = row + 4;
      int fRow = Math.min(row + 5, last);
      int gRow = Math.min(row + 6, last);
      int hRow = Math.min(row + 7, last);
      int iRow = Math.min(row + 8, last);
      int jRow = Math.min(row + 9, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      int fY = yAt + fRow * yRow;
      int fStart = fRow * startRow;
      int gY = yAt + gRow * yRow;
      int gStart = gRow * startRow;
      int hY = yAt + hRow * yRow;
      int hStart = hRow * startRow;
      int iY = yAt + iRow * yRow;
      int iStart = iRow * startRow;
      int jY = yAt + jRow * yRow;
      int jStart = jRow * startRow;
      FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
      FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
      FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
      FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
      FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
      FloatVector f0 = FloatVector.fromArray(SPECIES, start, fStart);
      FloatVector g0 = FloatVector.fromArray(SPECIES, start, gStart);
      FloatVector h0 = FloatVector.fromArray(SPECIES, start, hStart);
      FloatVector i0 = FloatVector.fromArray(SPECIES, start, iStart);
      FloatVector j0 = FloatVector.fromArray(SPECIES, start, jStart);
      for (int k = from; k < to; k++) {
        int p = ofP + k * 5;
        int q = ofQ + k * 5;
        int term = vector[k];
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
        FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
        a0 = s.fma(v0, a0);
        s = FloatVector.broadcast(SPECIES, scales[p + 1]);
        b0 = s.fma(v0, b0);
        s = FloatVector.broadcast(SPECIES, scales[p + 2]);
        c0 = s.fma(v0, c0);
        s = FloatVector.broadcast(SPECIES, scales[p + 3]);
        d0 = s.fma(v0, d0);
        s = FloatVector.broadcast(SPECIES, scales[p + 4]);
        e0 = s.fma(v0, e0);
        s = FloatVector.broadcast(SPECIES, scales[q]);
        f0 = s.fma(v0, f0);
        s = FloatVector.broadcast(SPECIES, scales[q + 1]);
        g0 = s.fma(v0, g0);
        s = FloatVector.broadcast(SPECIES, scales[q + 2]);
        h0 = s.fma(v0, h0);
        s = FloatVector.broadcast(SPECIES, scales[q + 3]);
        i0 = s.fma(v0, i0);
        s = FloatVector.broadcast(SPECIES, scales[q + 4]);
        j0 = s.fma(v0, j0);
      }
      int high = toRow - row;
      FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask).add(a0).intoArray(y, aY + y0);
      FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask).add(b0).intoArray(y, bY + y0);
      FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask).add(c0).intoArray(y, cY + y0);
      FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask).add(d0).intoArray(y, dY + y0);
      FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask).add(e0).intoArray(y, eY + y0);
      if (high > 5) {
        FloatVector.fromArray(SPECIES, before, (fY + y0) & beforeMask)
            .add(f0)
            .intoArray(y, fY + y0);
        FloatVector.fromArray(SPECIES, before, (gY + y0) & beforeMask)
            .add(g0)
            .intoArray(y, gY + y0);
        FloatVector.fromArray(SPECIES, before, (hY + y0) & beforeMask)
            .add(h0)
            .intoArray(y, hY + y0);
        FloatVector.fromArray(SPECIES, before, (iY + y0) & beforeMask)
            .add(i0)
            .intoArray(y, iY + y0);
        FloatVector.fromArray(SPECIES, before, (jY + y0) & beforeMask)
            .add(j0)
            .intoArray(y, jY + y0);
      }
    }
  }

  private static void sumScaled8x1(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int column,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    int x0 = xAt + inputs[column];
    int y0 = outputs[column];
    for (int row = fromRow; row < toRow; row += 8) {
      int ofP = w.at(row);
      int ofQ = ofP + 4 * w.terms();
      int last = toRow - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int fRow = Math.min(row + 5, last);
      int gRow = Math.min(row + 6, last);
      int hRow = Math.min(row + 7, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      int fY = yAt + fRow * yRow;
      int fStart = fRow * startRow;
      int gY = yAt + gRow * yRow;
      int gStart = gRow * startRow;
      int hY = yAt + hRow * yRow;
      int hStart = hRow * startRow;
      FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
      FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
      FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
      FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
      FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
      FloatVector f0 = FloatVector.fromArray(SPECIES, start, fStart);
      FloatVector g0 = FloatVector.fromArray(SPECIES, start, gStart);
      FloatVector h0 = FloatVector.fromArray(SPECIES, start, hStart);
      for (int k = from; k < to; k++) {
        int p = ofP + k * 4;
        int q = ofQ + k * 4;
        int term = vector[k];
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
        FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
        a0 = s.fma(v0, a0);
        s = FloatVector.broadcast(SPECIES, scales[p + 1]);
        b0 = s.fma(v0, b0);
        s = FloatVector.broadcast(SPECIES, scales[p + 2]);
        c0 = s.fma(v0, c0);
        s = FloatVector.broadcast(SPECIES, scales[p + 3]);
        d0 = s.fma(v0, d0);
        s = FloatVector.broadcast(SPECIES, scales[q]);
        e0 = s.fma(v0, e0);
        s = FloatVector.broadcast(SPECIES, scales[q + 1]);
        f0 = s.fma(v0, f0);
        s = FloatVector.broadcast(SPECIES, scales[q + 2]);
        g0 = s.fma(v0, g0);
        s = FloatVector.broadcast(SPECIES, scales[q + 3]);
        h0 = s.fma(v0, h0);
      }
      int high = toRow - row;
      FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask).add(a0).intoArray(y, aY + y0);
      if (high > 1) {
        FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
            .add(b0)
            .intoArray(y, bY + y0);
      }
      if (high > 2) {
        FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
            .add(c0)
            .intoArray(y, cY + y0);
      }
      if (high > 3) {
        FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
            .add(d0)
            .intoArray(y, dY + y0);
      }
      if (high > 4) {
        FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
            .add(e0)
            .intoArray(y, eY + y0);
      }
      if (high > 5) {
        FloatVector.fromArray(SPECIES, before, (fY + y0) & beforeMask)
            .add(f0)
            .intoArray(y, fY + y0);
      }
      if (high > 6) {
        FloatVector.fromArray(SPECIES, before, (gY + y0) & beforeMask)
            .add(g0)
            .intoArray(y, gY + y0);
      }
      if (high > 7) {
        FloatVector.fromArray(SPECIES, before, (hY + y0) & beforeMask)
            .add(h0)
            .intoArray(y, hY + y0);
      }
    }
  }

  private static void sumScaled5x2(
      Scales w,
      float[] x,
      int xAt,
      Distances terms,
      int from,
      int to,
      Kernels.First first,
      float[] y,
      int yAt,
      int yRow,
      int fromRow,
      int toRow,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    float[] scales = w.values();
    int[] vector = terms.values();
    float[] start = first.values;
    int startRow = first.rowStride;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = fromRow; row < toRow; row += 5) {
      int ofP = w.at(row);
      int last = toRow - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int aY = yAt + aRow * yRow;
      int aStart = aRow * startRow;
      int bY = yAt + bRow * yRow;
      int bStart = bRow * startRow;
      int cY = yAt + cRow * yRow;
      int cStart = cRow * startRow;
      int dY = yAt + dRow * yRow;
      int dStart = dRow * startRow;
      int eY = yAt + eRow * yRow;
      int eStart = eRow * startRow;
      for (int column = begin; column < end; column += 2) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart);
        FloatVector a1 = a0;
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart);
        FloatVector b1 = b0;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart);
        FloatVector c1 = c0;
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart);
        FloatVector d1 = d0;
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart);
        FloatVector e1 = e0;
        for (int k = from; k < to; k++) {
          int p = ofP + k * 5;
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, scales[p]);
          a0 = v0.fma(s, a0);
          a1 = v1.fma(s, a1);
          s = FloatVector.broadcast(SPECIES, scales[p + 1]);
          b0 = v0.fma(s, b0);
          b1 = v1.fma(s, b1);
          s = FloatVector.broadcast(SPECIES, scales[p + 2]);
          c0 = v0.fma(s, c0);
          c1 = v1.fma(s, c1);
          s = FloatVector.broadcast(SPECIES, scales[p + 3]);
          d0 = v0.fma(s, d0);
          d1 = v1.fma(s, d1);
          s = FloatVector.broadcast(SPECIES, scales[p + 4]);
          e0 = v0.fma(s, e0);
          e1 = v1.fma(s, e1);
        }
        int high = toRow - row;
        int broad = end - column;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        if (broad > 1) {
          FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
              .add(a1)
              .intoArray(y, aY + y1);
        }
        if (high > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          if (broad > 1) {
            FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
                .add(b1)
                .intoArray(y, bY + y1);
          }
        }
        if (high > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          if (broad > 1) {
            FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
                .add(c1)
                .intoArray(y, cY + y1);
          }
        }
        if (high > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          if (broad > 1) {
            FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
                .add(d1)
                .intoArray(y, dY + y1);
          }
        }
        if (high > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
          if (broad > 1) {
            FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
                .add(e1)
                .intoArray(y, eY + y1);
          }
        }
      }
    }
  }
}

package io.lockstep.lanes;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in vectors of the JDK's incubating Vector API. {@link KernelChoice} loads this class
 * by name, where the module is there.
 *
 * <p>Blocks of rows by columns keep their sums in registers, so each value that is loaded serves
 * several products. They are spelled out for C2, HotSpot's optimising compiler: it keeps a vector
 * in a register only as a local variable, boxes vectors in arrays and fields, and inlines a method
 * of many vectors too rarely to rely on. The size of a block changes no bit: a sum's terms come in
 * the same order. 16 registers hold ten sums and what they need, 32 registers hold twenty.
 *
 * <p>C2 boxes a vector whose exact type it does not know. It knows it of a constant, and from
 * profiles; but a JVM that is busy at its start may compile for good without the profile of a
 * method that only one loop calls. So a loop calls the Vector API's methods that dispatch (fma,
 * add, blend) itself and none that calls them in its turn, such as {@code blend(float, mask)}, and
 * calls them on what was just loaded, never on a variable of the loop: a sum is stored as that of
 * itself and -0, or of what was there. All vectors are of one species for the same reason.
 */
final class VectorKernels implements Kernels {
  static final VectorSpecies<Float> SPECIES = species(KernelChoice.wishedBits());
  private static final int LENGTH = SPECIES.length();

  /** 32 vector registers come with AVX-512 and NEON, 16 with AVX2. */
  private static final boolean MANY_REGISTERS = LENGTH != 8;

  private static final float[] MINUS_ZEROS = minusZeros();
  private static final FloatVector MINUS_ZERO = FloatVector.fromArray(SPECIES, MINUS_ZEROS, 0);

  VectorKernels() {}

  @Override
  public int vectorLength() {
    return LENGTH;
  }

  /** The species that the JVM was told to use, else the CPU's longest up to {@link Lanes#COUNT}. */
  private static VectorSpecies<Float> species(int bits) {
    return switch (bits) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          FloatVector.SPECIES_PREFERRED.length() > Lanes.COUNT
              ? FloatVector.SPECIES_512
              : FloatVector.SPECIES_PREFERRED;
    };
  }

  private static float[] minusZeros() {
    float[] values = new float[Lanes.COUNT];
    Arrays.fill(values, -0f);
    return values;
  }

  @Override
  public void sumScaled(
      float[] w,
      int wAt,
      int wRow,
      float[] x,
      int xAt,
      Terms terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      Columns columns,
      boolean add) {
    int vectors = columns.vectors();
    int[] inputs = columns.inputs();
    int[] outputs = columns.outputs();
    int begin = MANY_REGISTERS ? vectors / 4 * 4 : 0;
    if (begin > 0) {
      sumScaled5x4(
          w, wAt, wRow, x, xAt, terms, from, to, first, y, yAt, yRow, rows, inputs, outputs, 0,
          begin, add);
    }
    if (!MANY_REGISTERS || vectors - begin == 2) {
      sumScaled5x2(
          w, wAt, wRow, x, xAt, terms, from, to, first, y, yAt, yRow, rows, inputs, outputs, begin,
          vectors, add);
    } else if (vectors - begin == 3) {
      sumScaled5x3(
          w, wAt, wRow, x, xAt, terms, from, to, first, y, yAt, yRow, rows, inputs, outputs, begin,
          vectors, add);
    } else if (vectors - begin == 1) {
      sumScaled10x1(
          w, wAt, wRow, x, xAt, terms, from, to, first, y, yAt, yRow, rows, inputs, outputs, begin,
          vectors, add);
    }
  }

  private static void sumScaled5x4(
      float[] w,
      int wAt,
      int wRow,
      float[] x,
      int xAt,
      Terms terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    int[] scale = terms.scale();
    int[] vector = terms.vector();
    boolean goesOn = first == First.result();
    float[] start = goesOn ? y : first.values;
    int startAt = goesOn ? yAt : 0;
    int startRow = goesOn ? yRow : first.rowStride;
    int mask = goesOn ? -1 : 0;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = 0; row < rows; row += 5) {
      int last = rows - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int aW = wAt + aRow * wRow;
      int aY = yAt + aRow * yRow;
      int aStart = startAt + aRow * startRow;
      int bW = wAt + bRow * wRow;
      int bY = yAt + bRow * yRow;
      int bStart = startAt + bRow * startRow;
      int cW = wAt + cRow * wRow;
      int cY = yAt + cRow * yRow;
      int cStart = startAt + cRow * startRow;
      int dW = wAt + dRow * wRow;
      int dY = yAt + dRow * yRow;
      int dStart = startAt + dRow * startRow;
      int eW = wAt + eRow * wRow;
      int eY = yAt + eRow * yRow;
      int eStart = startAt + eRow * startRow;
      for (int column = begin; column < end; column += 4) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int s0 = y0 & mask;
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        int s1 = y1 & mask;
        int x2 = xAt + inputs[column + 2];
        int y2 = outputs[column + 2];
        int s2 = y2 & mask;
        int x3 = xAt + inputs[column + 3];
        int y3 = outputs[column + 3];
        int s3 = y3 & mask;
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart + s0);
        FloatVector a1 = FloatVector.fromArray(SPECIES, start, aStart + s1);
        FloatVector a2 = FloatVector.fromArray(SPECIES, start, aStart + s2);
        FloatVector a3 = FloatVector.fromArray(SPECIES, start, aStart + s3);
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart + s0);
        FloatVector b1 = FloatVector.fromArray(SPECIES, start, bStart + s1);
        FloatVector b2 = FloatVector.fromArray(SPECIES, start, bStart + s2);
        FloatVector b3 = FloatVector.fromArray(SPECIES, start, bStart + s3);
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart + s0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, cStart + s1);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, cStart + s2);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, cStart + s3);
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart + s0);
        FloatVector d1 = FloatVector.fromArray(SPECIES, start, dStart + s1);
        FloatVector d2 = FloatVector.fromArray(SPECIES, start, dStart + s2);
        FloatVector d3 = FloatVector.fromArray(SPECIES, start, dStart + s3);
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart + s0);
        FloatVector e1 = FloatVector.fromArray(SPECIES, start, eStart + s1);
        FloatVector e2 = FloatVector.fromArray(SPECIES, start, eStart + s2);
        FloatVector e3 = FloatVector.fromArray(SPECIES, start, eStart + s3);
        for (int k = from; k < to; k++) {
          int at = scale[k];
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + term);
          FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, w[aW + at]);
          a0 = v0.fma(s, a0);
          a1 = v1.fma(s, a1);
          a2 = v2.fma(s, a2);
          a3 = v3.fma(s, a3);
          s = FloatVector.broadcast(SPECIES, w[bW + at]);
          b0 = v0.fma(s, b0);
          b1 = v1.fma(s, b1);
          b2 = v2.fma(s, b2);
          b3 = v3.fma(s, b3);
          s = FloatVector.broadcast(SPECIES, w[cW + at]);
          c0 = v0.fma(s, c0);
          c1 = v1.fma(s, c1);
          c2 = v2.fma(s, c2);
          c3 = v3.fma(s, c3);
          s = FloatVector.broadcast(SPECIES, w[dW + at]);
          d0 = v0.fma(s, d0);
          d1 = v1.fma(s, d1);
          d2 = v2.fma(s, d2);
          d3 = v3.fma(s, d3);
          s = FloatVector.broadcast(SPECIES, w[eW + at]);
          e0 = v0.fma(s, e0);
          e1 = v1.fma(s, e1);
          e2 = v2.fma(s, e2);
          e3 = v3.fma(s, e3);
        }
        int left = rows - row;
        int wide = end - column;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        if (wide > 1) {
          FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
              .add(a1)
              .intoArray(y, aY + y1);
        }
        if (wide > 2) {
          FloatVector.fromArray(SPECIES, before, (aY + y2) & beforeMask)
              .add(a2)
              .intoArray(y, aY + y2);
        }
        if (wide > 3) {
          FloatVector.fromArray(SPECIES, before, (aY + y3) & beforeMask)
              .add(a3)
              .intoArray(y, aY + y3);
        }
        if (left > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
                .add(b1)
                .intoArray(y, bY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (bY + y2) & beforeMask)
                .add(b2)
                .intoArray(y, bY + y2);
          }
          if (wide > 3) {
            FloatVector.fromArray(SPECIES, before, (bY + y3) & beforeMask)
                .add(b3)
                .intoArray(y, bY + y3);
          }
        }
        if (left > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
                .add(c1)
                .intoArray(y, cY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (cY + y2) & beforeMask)
                .add(c2)
                .intoArray(y, cY + y2);
          }
          if (wide > 3) {
            FloatVector.fromArray(SPECIES, before, (cY + y3) & beforeMask)
                .add(c3)
                .intoArray(y, cY + y3);
          }
        }
        if (left > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
                .add(d1)
                .intoArray(y, dY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (dY + y2) & beforeMask)
                .add(d2)
                .intoArray(y, dY + y2);
          }
          if (wide > 3) {
            FloatVector.fromArray(SPECIES, before, (dY + y3) & beforeMask)
                .add(d3)
                .intoArray(y, dY + y3);
          }
        }
        if (left > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
                .add(e1)
                .intoArray(y, eY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (eY + y2) & beforeMask)
                .add(e2)
                .intoArray(y, eY + y2);
          }
          if (wide > 3) {
            FloatVector.fromArray(SPECIES, before, (eY + y3) & beforeMask)
                .add(e3)
                .intoArray(y, eY + y3);
          }
        }
      }
    }
  }

  private static void sumScaled10x1(
      float[] w,
      int wAt,
      int wRow,
      float[] x,
      int xAt,
      Terms terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    int[] scale = terms.scale();
    int[] vector = terms.vector();
    boolean goesOn = first == First.result();
    float[] start = goesOn ? y : first.values;
    int startAt = goesOn ? yAt : 0;
    int startRow = goesOn ? yRow : first.rowStride;
    int mask = goesOn ? -1 : 0;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = 0; row < rows; row += 10) {
      int last = rows - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int fRow = Math.min(row + 5, last);
      int gRow = Math.min(row + 6, last);
      int hRow = Math.min(row + 7, last);
      int iRow = Math.min(row + 8, last);
      int jRow = Math.min(row + 9, last);
      int aW = wAt + aRow * wRow;
      int aY = yAt + aRow * yRow;
      int aStart = startAt + aRow * startRow;
      int bW = wAt + bRow * wRow;
      int bY = yAt + bRow * yRow;
      int bStart = startAt + bRow * startRow;
      int cW = wAt + cRow * wRow;
      int cY = yAt + cRow * yRow;
      int cStart = startAt + cRow * startRow;
      int dW = wAt + dRow * wRow;
      int dY = yAt + dRow * yRow;
      int dStart = startAt + dRow * startRow;
      int eW = wAt + eRow * wRow;
      int eY = yAt + eRow * yRow;
      int eStart = startAt + eRow * startRow;
      int fW = wAt + fRow * wRow;
      int fY = yAt + fRow * yRow;
      int fStart = startAt + fRow * startRow;
      int gW = wAt + gRow * wRow;
      int gY = yAt + gRow * yRow;
      int gStart = startAt + gRow * startRow;
      int hW = wAt + hRow * wRow;
      int hY = yAt + hRow * yRow;
      int hStart = startAt + hRow * startRow;
      int iW = wAt + iRow * wRow;
      int iY = yAt + iRow * yRow;
      int iStart = startAt + iRow * startRow;
      int jW = wAt + jRow * wRow;
      int jY = yAt + jRow * yRow;
      int jStart = startAt + jRow * startRow;
      for (int column = begin; column < end; column += 1) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int s0 = y0 & mask;
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart + s0);
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart + s0);
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart + s0);
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart + s0);
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart + s0);
        FloatVector f0 = FloatVector.fromArray(SPECIES, start, fStart + s0);
        FloatVector g0 = FloatVector.fromArray(SPECIES, start, gStart + s0);
        FloatVector h0 = FloatVector.fromArray(SPECIES, start, hStart + s0);
        FloatVector i0 = FloatVector.fromArray(SPECIES, start, iStart + s0);
        FloatVector j0 = FloatVector.fromArray(SPECIES, start, jStart + s0);
        for (int k = from; k < to; k++) {
          int at = scale[k];
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, w[aW + at]);
          a0 = v0.fma(s, a0);
          s = FloatVector.broadcast(SPECIES, w[bW + at]);
          b0 = v0.fma(s, b0);
          s = FloatVector.broadcast(SPECIES, w[cW + at]);
          c0 = v0.fma(s, c0);
          s = FloatVector.broadcast(SPECIES, w[dW + at]);
          d0 = v0.fma(s, d0);
          s = FloatVector.broadcast(SPECIES, w[eW + at]);
          e0 = v0.fma(s, e0);
          s = FloatVector.broadcast(SPECIES, w[fW + at]);
          f0 = v0.fma(s, f0);
          s = FloatVector.broadcast(SPECIES, w[gW + at]);
          g0 = v0.fma(s, g0);
          s = FloatVector.broadcast(SPECIES, w[hW + at]);
          h0 = v0.fma(s, h0);
          s = FloatVector.broadcast(SPECIES, w[iW + at]);
          i0 = v0.fma(s, i0);
          s = FloatVector.broadcast(SPECIES, w[jW + at]);
          j0 = v0.fma(s, j0);
        }
        int left = rows - row;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        if (left > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
        }
        if (left > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
        }
        if (left > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
        }
        if (left > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
        }
        if (left > 5) {
          FloatVector.fromArray(SPECIES, before, (fY + y0) & beforeMask)
              .add(f0)
              .intoArray(y, fY + y0);
        }
        if (left > 6) {
          FloatVector.fromArray(SPECIES, before, (gY + y0) & beforeMask)
              .add(g0)
              .intoArray(y, gY + y0);
        }
        if (left > 7) {
          FloatVector.fromArray(SPECIES, before, (hY + y0) & beforeMask)
              .add(h0)
              .intoArray(y, hY + y0);
        }
        if (left > 8) {
          FloatVector.fromArray(SPECIES, before, (iY + y0) & beforeMask)
              .add(i0)
              .intoArray(y, iY + y0);
        }
        if (left > 9) {
          FloatVector.fromArray(SPECIES, before, (jY + y0) & beforeMask)
              .add(j0)
              .intoArray(y, jY + y0);
        }
      }
    }
  }

  private static void sumScaled5x3(
      float[] w,
      int wAt,
      int wRow,
      float[] x,
      int xAt,
      Terms terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    int[] scale = terms.scale();
    int[] vector = terms.vector();
    boolean goesOn = first == First.result();
    float[] start = goesOn ? y : first.values;
    int startAt = goesOn ? yAt : 0;
    int startRow = goesOn ? yRow : first.rowStride;
    int mask = goesOn ? -1 : 0;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = 0; row < rows; row += 5) {
      int last = rows - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int aW = wAt + aRow * wRow;
      int aY = yAt + aRow * yRow;
      int aStart = startAt + aRow * startRow;
      int bW = wAt + bRow * wRow;
      int bY = yAt + bRow * yRow;
      int bStart = startAt + bRow * startRow;
      int cW = wAt + cRow * wRow;
      int cY = yAt + cRow * yRow;
      int cStart = startAt + cRow * startRow;
      int dW = wAt + dRow * wRow;
      int dY = yAt + dRow * yRow;
      int dStart = startAt + dRow * startRow;
      int eW = wAt + eRow * wRow;
      int eY = yAt + eRow * yRow;
      int eStart = startAt + eRow * startRow;
      for (int column = begin; column < end; column += 3) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int s0 = y0 & mask;
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        int s1 = y1 & mask;
        int x2 = xAt + inputs[column + 2];
        int y2 = outputs[column + 2];
        int s2 = y2 & mask;
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart + s0);
        FloatVector a1 = FloatVector.fromArray(SPECIES, start, aStart + s1);
        FloatVector a2 = FloatVector.fromArray(SPECIES, start, aStart + s2);
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart + s0);
        FloatVector b1 = FloatVector.fromArray(SPECIES, start, bStart + s1);
        FloatVector b2 = FloatVector.fromArray(SPECIES, start, bStart + s2);
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart + s0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, cStart + s1);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, cStart + s2);
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart + s0);
        FloatVector d1 = FloatVector.fromArray(SPECIES, start, dStart + s1);
        FloatVector d2 = FloatVector.fromArray(SPECIES, start, dStart + s2);
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart + s0);
        FloatVector e1 = FloatVector.fromArray(SPECIES, start, eStart + s1);
        FloatVector e2 = FloatVector.fromArray(SPECIES, start, eStart + s2);
        for (int k = from; k < to; k++) {
          int at = scale[k];
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, w[aW + at]);
          a0 = v0.fma(s, a0);
          a1 = v1.fma(s, a1);
          a2 = v2.fma(s, a2);
          s = FloatVector.broadcast(SPECIES, w[bW + at]);
          b0 = v0.fma(s, b0);
          b1 = v1.fma(s, b1);
          b2 = v2.fma(s, b2);
          s = FloatVector.broadcast(SPECIES, w[cW + at]);
          c0 = v0.fma(s, c0);
          c1 = v1.fma(s, c1);
          c2 = v2.fma(s, c2);
          s = FloatVector.broadcast(SPECIES, w[dW + at]);
          d0 = v0.fma(s, d0);
          d1 = v1.fma(s, d1);
          d2 = v2.fma(s, d2);
          s = FloatVector.broadcast(SPECIES, w[eW + at]);
          e0 = v0.fma(s, e0);
          e1 = v1.fma(s, e1);
          e2 = v2.fma(s, e2);
        }
        int left = rows - row;
        int wide = end - column;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        if (wide > 1) {
          FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
              .add(a1)
              .intoArray(y, aY + y1);
        }
        if (wide > 2) {
          FloatVector.fromArray(SPECIES, before, (aY + y2) & beforeMask)
              .add(a2)
              .intoArray(y, aY + y2);
        }
        if (left > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
                .add(b1)
                .intoArray(y, bY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (bY + y2) & beforeMask)
                .add(b2)
                .intoArray(y, bY + y2);
          }
        }
        if (left > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
                .add(c1)
                .intoArray(y, cY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (cY + y2) & beforeMask)
                .add(c2)
                .intoArray(y, cY + y2);
          }
        }
        if (left > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
                .add(d1)
                .intoArray(y, dY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (dY + y2) & beforeMask)
                .add(d2)
                .intoArray(y, dY + y2);
          }
        }
        if (left > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
                .add(e1)
                .intoArray(y, eY + y1);
          }
          if (wide > 2) {
            FloatVector.fromArray(SPECIES, before, (eY + y2) & beforeMask)
                .add(e2)
                .intoArray(y, eY + y2);
          }
        }
      }
    }
  }

  private static void sumScaled5x2(
      float[] w,
      int wAt,
      int wRow,
      float[] x,
      int xAt,
      Terms terms,
      int from,
      int to,
      First first,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      int[] inputs,
      int[] outputs,
      int begin,
      int end,
      boolean add) {
    int[] scale = terms.scale();
    int[] vector = terms.vector();
    boolean goesOn = first == First.result();
    float[] start = goesOn ? y : first.values;
    int startAt = goesOn ? yAt : 0;
    int startRow = goesOn ? yRow : first.rowStride;
    int mask = goesOn ? -1 : 0;
    float[] before = add ? y : MINUS_ZEROS;
    int beforeMask = add ? -1 : 0;
    for (int row = 0; row < rows; row += 5) {
      int last = rows - 1;
      int aRow = row;
      int bRow = Math.min(row + 1, last);
      int cRow = Math.min(row + 2, last);
      int dRow = Math.min(row + 3, last);
      int eRow = Math.min(row + 4, last);
      int aW = wAt + aRow * wRow;
      int aY = yAt + aRow * yRow;
      int aStart = startAt + aRow * startRow;
      int bW = wAt + bRow * wRow;
      int bY = yAt + bRow * yRow;
      int bStart = startAt + bRow * startRow;
      int cW = wAt + cRow * wRow;
      int cY = yAt + cRow * yRow;
      int cStart = startAt + cRow * startRow;
      int dW = wAt + dRow * wRow;
      int dY = yAt + dRow * yRow;
      int dStart = startAt + dRow * startRow;
      int eW = wAt + eRow * wRow;
      int eY = yAt + eRow * yRow;
      int eStart = startAt + eRow * startRow;
      for (int column = begin; column < end; column += 2) {
        int x0 = xAt + inputs[column + 0];
        int y0 = outputs[column + 0];
        int s0 = y0 & mask;
        int x1 = xAt + inputs[column + 1];
        int y1 = outputs[column + 1];
        int s1 = y1 & mask;
        FloatVector a0 = FloatVector.fromArray(SPECIES, start, aStart + s0);
        FloatVector a1 = FloatVector.fromArray(SPECIES, start, aStart + s1);
        FloatVector b0 = FloatVector.fromArray(SPECIES, start, bStart + s0);
        FloatVector b1 = FloatVector.fromArray(SPECIES, start, bStart + s1);
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, cStart + s0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, cStart + s1);
        FloatVector d0 = FloatVector.fromArray(SPECIES, start, dStart + s0);
        FloatVector d1 = FloatVector.fromArray(SPECIES, start, dStart + s1);
        FloatVector e0 = FloatVector.fromArray(SPECIES, start, eStart + s0);
        FloatVector e1 = FloatVector.fromArray(SPECIES, start, eStart + s1);
        for (int k = from; k < to; k++) {
          int at = scale[k];
          int term = vector[k];
          FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + term);
          FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + term);
          FloatVector s = FloatVector.broadcast(SPECIES, w[aW + at]);
          a0 = v0.fma(s, a0);
          a1 = v1.fma(s, a1);
          s = FloatVector.broadcast(SPECIES, w[bW + at]);
          b0 = v0.fma(s, b0);
          b1 = v1.fma(s, b1);
          s = FloatVector.broadcast(SPECIES, w[cW + at]);
          c0 = v0.fma(s, c0);
          c1 = v1.fma(s, c1);
          s = FloatVector.broadcast(SPECIES, w[dW + at]);
          d0 = v0.fma(s, d0);
          d1 = v1.fma(s, d1);
          s = FloatVector.broadcast(SPECIES, w[eW + at]);
          e0 = v0.fma(s, e0);
          e1 = v1.fma(s, e1);
        }
        int left = rows - row;
        int wide = end - column;
        FloatVector.fromArray(SPECIES, before, (aY + y0) & beforeMask)
            .add(a0)
            .intoArray(y, aY + y0);
        if (wide > 1) {
          FloatVector.fromArray(SPECIES, before, (aY + y1) & beforeMask)
              .add(a1)
              .intoArray(y, aY + y1);
        }
        if (left > 1) {
          FloatVector.fromArray(SPECIES, before, (bY + y0) & beforeMask)
              .add(b0)
              .intoArray(y, bY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (bY + y1) & beforeMask)
                .add(b1)
                .intoArray(y, bY + y1);
          }
        }
        if (left > 2) {
          FloatVector.fromArray(SPECIES, before, (cY + y0) & beforeMask)
              .add(c0)
              .intoArray(y, cY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (cY + y1) & beforeMask)
                .add(c1)
                .intoArray(y, cY + y1);
          }
        }
        if (left > 3) {
          FloatVector.fromArray(SPECIES, before, (dY + y0) & beforeMask)
              .add(d0)
              .intoArray(y, dY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (dY + y1) & beforeMask)
                .add(d1)
                .intoArray(y, dY + y1);
          }
        }
        if (left > 4) {
          FloatVector.fromArray(SPECIES, before, (eY + y0) & beforeMask)
              .add(e0)
              .intoArray(y, eY + y0);
          if (wide > 1) {
            FloatVector.fromArray(SPECIES, before, (eY + y1) & beforeMask)
                .add(e1)
                .intoArray(y, eY + y1);
          }
        }
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
      int[] taps,
      int[] places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      float[] scratch) {
    if (MANY_REGISTERS) {
      sumProducts4x5(g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
    } else {
      sumProducts3x3(g, gAt, gRow, rows, x, xAt, taps, places, sums, sumsAt, sumsRow, add, scratch);
    }
  }

  private static void sumProducts4x5(
      float[] g,
      int gAt,
      int gRow,
      int rows,
      float[] x,
      int xAt,
      int[] taps,
      int[] places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      float[] scratch) {
    for (int row = 0; row < rows; row += 4) {
      int last = rows - 1;
      int aG = gAt + row * gRow;
      int bG = gAt + Math.min(row + 1, last) * gRow;
      int cG = gAt + Math.min(row + 2, last) * gRow;
      int dG = gAt + Math.min(row + 3, last) * gRow;
      for (int tap = 0; tap < taps.length; tap += 5) {
        int lastTap = taps.length - 1;
        int x0 = xAt + taps[tap];
        int x1 = xAt + taps[Math.min(tap + 1, lastTap)];
        int x2 = xAt + taps[Math.min(tap + 2, lastTap)];
        int x3 = xAt + taps[Math.min(tap + 3, lastTap)];
        int x4 = xAt + taps[Math.min(tap + 4, lastTap)];
        for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
          FloatVector a0 = FloatVector.zero(SPECIES);
          FloatVector a1 = FloatVector.zero(SPECIES);
          FloatVector a2 = FloatVector.zero(SPECIES);
          FloatVector a3 = FloatVector.zero(SPECIES);
          FloatVector a4 = FloatVector.zero(SPECIES);
          FloatVector b0 = FloatVector.zero(SPECIES);
          FloatVector b1 = FloatVector.zero(SPECIES);
          FloatVector b2 = FloatVector.zero(SPECIES);
          FloatVector b3 = FloatVector.zero(SPECIES);
          FloatVector b4 = FloatVector.zero(SPECIES);
          FloatVector c0 = FloatVector.zero(SPECIES);
          FloatVector c1 = FloatVector.zero(SPECIES);
          FloatVector c2 = FloatVector.zero(SPECIES);
          FloatVector c3 = FloatVector.zero(SPECIES);
          FloatVector c4 = FloatVector.zero(SPECIES);
          FloatVector d0 = FloatVector.zero(SPECIES);
          FloatVector d1 = FloatVector.zero(SPECIES);
          FloatVector d2 = FloatVector.zero(SPECIES);
          FloatVector d3 = FloatVector.zero(SPECIES);
          FloatVector d4 = FloatVector.zero(SPECIES);
          for (int i = 0; i < places.length; i++) {
            int place = places[i] + lane;
            int ofG = i * Lanes.COUNT + lane;
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + place);
            FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + place);
            FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + place);
            FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + place);
            FloatVector v4 = FloatVector.fromArray(SPECIES, x, x4 + place);
            FloatVector s = FloatVector.fromArray(SPECIES, g, aG + ofG);
            a0 = v0.fma(s, a0);
            a1 = v1.fma(s, a1);
            a2 = v2.fma(s, a2);
            a3 = v3.fma(s, a3);
            a4 = v4.fma(s, a4);
            s = FloatVector.fromArray(SPECIES, g, bG + ofG);
            b0 = v0.fma(s, b0);
            b1 = v1.fma(s, b1);
            b2 = v2.fma(s, b2);
            b3 = v3.fma(s, b3);
            b4 = v4.fma(s, b4);
            s = FloatVector.fromArray(SPECIES, g, cG + ofG);
            c0 = v0.fma(s, c0);
            c1 = v1.fma(s, c1);
            c2 = v2.fma(s, c2);
            c3 = v3.fma(s, c3);
            c4 = v4.fma(s, c4);
            s = FloatVector.fromArray(SPECIES, g, dG + ofG);
            d0 = v0.fma(s, d0);
            d1 = v1.fma(s, d1);
            d2 = v2.fma(s, d2);
            d3 = v3.fma(s, d3);
            d4 = v4.fma(s, d4);
          }
          MINUS_ZERO.add(a0).intoArray(scratch, 0 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a1).intoArray(scratch, 1 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a2).intoArray(scratch, 2 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a3).intoArray(scratch, 3 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a4).intoArray(scratch, 4 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b0).intoArray(scratch, 5 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b1).intoArray(scratch, 6 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b2).intoArray(scratch, 7 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b3).intoArray(scratch, 8 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b4).intoArray(scratch, 9 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c0).intoArray(scratch, 10 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c1).intoArray(scratch, 11 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c2).intoArray(scratch, 12 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c3).intoArray(scratch, 13 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c4).intoArray(scratch, 14 * Lanes.COUNT + lane);
          MINUS_ZERO.add(d0).intoArray(scratch, 15 * Lanes.COUNT + lane);
          MINUS_ZERO.add(d1).intoArray(scratch, 16 * Lanes.COUNT + lane);
          MINUS_ZERO.add(d2).intoArray(scratch, 17 * Lanes.COUNT + lane);
          MINUS_ZERO.add(d3).intoArray(scratch, 18 * Lanes.COUNT + lane);
          MINUS_ZERO.add(d4).intoArray(scratch, 19 * Lanes.COUNT + lane);
        }
        addTotals(
            scratch,
            Math.min(4, rows - row),
            Math.min(5, taps.length - tap),
            5,
            sums,
            sumsAt + row * sumsRow + tap,
            sumsRow,
            add);
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
      int[] taps,
      int[] places,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add,
      float[] scratch) {
    for (int row = 0; row < rows; row += 3) {
      int last = rows - 1;
      int aG = gAt + row * gRow;
      int bG = gAt + Math.min(row + 1, last) * gRow;
      int cG = gAt + Math.min(row + 2, last) * gRow;
      for (int tap = 0; tap < taps.length; tap += 3) {
        int lastTap = taps.length - 1;
        int x0 = xAt + taps[tap];
        int x1 = xAt + taps[Math.min(tap + 1, lastTap)];
        int x2 = xAt + taps[Math.min(tap + 2, lastTap)];
        for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
          FloatVector a0 = FloatVector.zero(SPECIES);
          FloatVector a1 = FloatVector.zero(SPECIES);
          FloatVector a2 = FloatVector.zero(SPECIES);
          FloatVector b0 = FloatVector.zero(SPECIES);
          FloatVector b1 = FloatVector.zero(SPECIES);
          FloatVector b2 = FloatVector.zero(SPECIES);
          FloatVector c0 = FloatVector.zero(SPECIES);
          FloatVector c1 = FloatVector.zero(SPECIES);
          FloatVector c2 = FloatVector.zero(SPECIES);
          for (int i = 0; i < places.length; i++) {
            int place = places[i] + lane;
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
          MINUS_ZERO.add(a0).intoArray(scratch, 0 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a1).intoArray(scratch, 1 * Lanes.COUNT + lane);
          MINUS_ZERO.add(a2).intoArray(scratch, 2 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b0).intoArray(scratch, 3 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b1).intoArray(scratch, 4 * Lanes.COUNT + lane);
          MINUS_ZERO.add(b2).intoArray(scratch, 5 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c0).intoArray(scratch, 6 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c1).intoArray(scratch, 7 * Lanes.COUNT + lane);
          MINUS_ZERO.add(c2).intoArray(scratch, 8 * Lanes.COUNT + lane);
        }
        addTotals(
            scratch,
            Math.min(3, rows - row),
            Math.min(3, taps.length - tap),
            3,
            sums,
            sumsAt + row * sumsRow + tap,
            sumsRow,
            add);
      }
    }
  }

  private static void addTotals(
      float[] scratch,
      int rows,
      int taps,
      int stride,
      float[] sums,
      int sumsAt,
      int sumsRow,
      boolean add) {
    for (int row = 0; row < rows; row++) {
      for (int tap = 0; tap < taps; tap++) {
        float total = Totals.of(scratch, (row * stride + tap) * Lanes.COUNT);
        int at = sumsAt + row * sumsRow + tap;
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
      float[] scratch) {
    for (int row = 0; row < rows; row++) {
      int from = gAt + row * gRow;
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int vector = 0; vector < vectors; vector++) {
          sum = FloatVector.fromArray(SPECIES, g, from + vector * Lanes.COUNT + lane).add(sum);
        }
        MINUS_ZERO.add(sum).intoArray(scratch, lane);
      }
      float total = Totals.of(scratch, 0);
      sums[sumsAt + row] = add ? sums[sumsAt + row] + total : total;
    }
  }

  @Override
  public void maxPool(float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        int from = windows[window] + lane;
        FloatVector best = FloatVector.fromArray(SPECIES, x, from + taps[0]);
        FloatVector winner = FloatVector.zero(SPECIES);
        for (int tap = 1; tap < taps.length; tap++) {
          FloatVector value = FloatVector.fromArray(SPECIES, x, from + taps[tap]);
          VectorMask<Float> loses =
              value
                  .compare(VectorOperators.GT, best)
                  .or(value.compare(VectorOperators.NE, value))
                  .not();
          best = value.blend(best, loses);
          winner = FloatVector.broadcast(SPECIES, (float) tap).blend(winner, loses);
        }
        best.intoArray(y, window * Lanes.COUNT + lane);
        winner.intoArray(winners, window * Lanes.COUNT + lane);
      }
    }
  }

  @Override
  public void maxPoolGradient(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint) {
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        FloatVector winner = FloatVector.fromArray(SPECIES, winners, window * Lanes.COUNT + lane);
        FloatVector gradient = FloatVector.fromArray(SPECIES, g, window * Lanes.COUNT + lane);
        for (int tap = 0; tap < taps.length; tap++) {
          int to = windows[window] + taps[tap] + lane;
          FloatVector share =
              FloatVector.zero(SPECIES)
                  .blend(gradient, winner.compare(VectorOperators.EQ, (float) tap));
          if (disjoint) {
            share.intoArray(dx, to);
          } else {
            share.add(FloatVector.fromArray(SPECIES, dx, to)).intoArray(dx, to);
          }
        }
      }
    }
  }
}

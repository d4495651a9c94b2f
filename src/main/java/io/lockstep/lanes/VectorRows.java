package io.lockstep.lanes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#putBytes} in vectors: sixteen rows are turned four bytes at a time, by plain loads
 * and stores of words; a vector of words is four vectors of bytes. It takes half of the time of a
 * look into a table for each value: a CPU divides sixteen of them faster.
 */
final class VectorRows {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LENGTH = VectorKernels.LENGTH;

  /** AVX has vectors of floats that are longer than those of integers. */
  private static final boolean HAS_INTS = IntVector.SPECIES_PREFERRED.length() >= LENGTH;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Columns that are turned before they are converted: their words stay in the nearest cache. */
  private static final int COLUMNS = Kernels.WORDS / Lanes.COUNT * Integer.BYTES;

  private VectorRows() {}

  static void putBytes(
      ByteRows meaning,
      byte[] x,
      int xAt,
      int columns,
      int rows,
      float[] y,
      int yAt,
      int yRow,
      int[] words) {
    int wholeRows = HAS_INTS ? rows / Lanes.COUNT * Lanes.COUNT : 0;
    int wholeColumns = columns / Integer.BYTES * Integer.BYTES;
    for (int row = 0; row < wholeRows; row += Lanes.COUNT) {
      int from = xAt + row * columns;
      for (int column = 0; column < wholeColumns; column += COLUMNS) {
        int count = Math.min(COLUMNS, wholeColumns - column) / Integer.BYTES;
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
          turn(x, from + lane * columns + column, words, lane, count);
        }
        convert(meaning, words, count, y, yAt + row + column * yRow, yRow);
      }
    }
    float[] table = meaning.table();
    Transposition.transpose(
        x,
        xAt + wholeColumns,
        columns,
        table,
        y,
        yAt + wholeColumns * yRow,
        yRow,
        wholeRows,
        columns - wholeColumns);
    Transposition.transpose(
        x,
        xAt + wholeRows * columns,
        columns,
        table,
        y,
        yAt + wholeRows,
        yRow,
        rows - wholeRows,
        columns);
  }

  /** Word {@code i} of a row becomes lane {@code lane} of vector {@code i}. */
  private static void turn(byte[] x, int at, int[] words, int lane, int count) {
    for (int i = 0; i < count; i++) {
      words[i * Lanes.COUNT + lane] = (int) WORDS.get(x, at + i * Integer.BYTES);
    }
  }

  private static void convert(
      ByteRows meaning, int[] words, int count, float[] y, int yAt, int yRow) {
    FloatVector largest = FloatVector.broadcast(SPECIES, meaning.largest());
    FloatVector mean = FloatVector.broadcast(SPECIES, meaning.mean());
    FloatVector std = FloatVector.broadcast(SPECIES, meaning.std());
    IntVector lowest = IntVector.broadcast(INTS, 0xff);
    for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
      int to = yAt + lane;
      for (int i = 0; i < count; i++) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
          IntVector bytes =
              IntVector.fromArray(INTS, words, i * Lanes.COUNT + lane)
                  .lanewise(VectorOperators.LSHR, shift)
                  .and(lowest);
          ((FloatVector) bytes.convertShape(VectorOperators.I2F, SPECIES, 0))
              .div(largest)
              .sub(mean)
              .div(std)
              .intoArray(y, to);
          to += yRow;
        }
      }
    }
  }
}

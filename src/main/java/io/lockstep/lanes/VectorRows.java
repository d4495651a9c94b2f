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

  /**
   * No vector is older than its round, constants are spread in it: of vectors made before the loop
   * C2 leaves one on the heap, now and then.
   */
  private static void convert(
      ByteRows meaning, int[] words, int count, float[] y, int yAt, int yRow) {
    float mean = meaning.mean();
    float std = meaning.std();
    for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
      int to = yAt + lane;
      for (int i = 0; i < count; i++) {
        IntVector word = IntVector.fromArray(INTS, words, i * Lanes.COUNT + lane);
        normalized(lowest(word), mean, std).intoArray(y, to);
        normalized(lowest(shifted(word, Byte.SIZE)), mean, std).intoArray(y, to + yRow);
        normalized(lowest(shifted(word, 2 * Byte.SIZE)), mean, std).intoArray(y, to + 2 * yRow);
        normalized(shifted(word, 3 * Byte.SIZE), mean, std).intoArray(y, to + 3 * yRow);
        to += Integer.BYTES * yRow;
      }
    }
  }

  private static IntVector shifted(IntVector words, int bits) {
    return words.lanewise(VectorOperators.LSHR, bits);
  }

  private static IntVector lowest(IntVector words) {
    return words.and(0xff);
  }

  private static FloatVector normalized(IntVector bytes, float mean, float std) {
    return ((FloatVector) bytes.convertShape(VectorOperators.I2F, SPECIES, 0))
        .div(ByteRows.LARGEST)
        .sub(mean)
        .div(std);
  }
}

package io.lockstep.data;

import io.lockstep.lanes.ByteRows;
import io.lockstep.lanes.Lanes;
import io.lockstep.network.Normalization;

/**
 * Decodes packed rows. Rows that are to lie side by side are fetched a few at a time, each in one
 * go: a shuffled row is far away, and only a run of its values has the memory fetch ahead, while
 * the next row's is under way.
 */
abstract class RowDecoder implements Features.Decoder {
  /** Rows that are fetched together. */
  private static final int ROWS = Lanes.COUNT;

  private RowDecoder() {}

  @Override
  public final void interleave(int[] rows, int from, int count, Lanes target, int first) {
    for (int done = 0; done < count; done += ROWS) {
      int some = Math.min(ROWS, count - done);
      for (int i = 0; i < some; i++) {
        fetch(rows[from + done + i], i);
      }
      put(some, target, first + done);
    }
  }

  /** Copies {@code row} to place {@code i} of the fetched rows. */
  abstract void fetch(int row, int i);

  /** Writes the first {@code count} fetched rows to the lanes from {@code first} on. */
  abstract void put(int count, Lanes target, int first);

  /** Where rows are fetched from, to an array of {@code A}. */
  @FunctionalInterface
  interface Source<A> {
    /** Copies {@code row} to {@code target[offset...]}. */
    void fetch(int row, A target, int offset);
  }

  /** One unsigned byte a value. */
  static final class OfBytes extends RowDecoder {
    private final Source<byte[]> source;
    private final int size;
    private final ByteRows meaning;
    private final byte[] fetched;

    OfBytes(Source<byte[]> source, int size, ByteRows meaning) {
      this.source = source;
      this.size = size;
      this.meaning = meaning;
      this.fetched = new byte[Math.multiplyExact(ROWS, size)];
    }

    @Override
    public void decode(int row, float[] target, int offset) {
      fetch(row, 0);
      for (int i = 0; i < size; i++) {
        target[offset + i] = meaning.meaning(fetched[i]);
      }
    }

    @Override
    void fetch(int row, int i) {
      source.fetch(row, fetched, i * size);
    }

    @Override
    void put(int count, Lanes target, int first) {
      meaning.put(fetched, 0, count, target, first);
    }
  }

  /** One float a value. */
  static final class OfFloats extends RowDecoder {
    private final Source<float[]> source;
    private final int size;
    private final Normalization normalization;
    private final float[] fetched;

    OfFloats(Source<float[]> source, int size, Normalization normalization) {
      this.source = source;
      this.size = size;
      this.normalization = normalization;
      this.fetched = new float[Math.multiplyExact(ROWS, size)];
    }

    @Override
    public void decode(int row, float[] target, int offset) {
      source.fetch(row, target, offset);
      normalize(target, offset, offset + size);
    }

    @Override
    void fetch(int row, int i) {
      source.fetch(row, fetched, i * size);
    }

    @Override
    void put(int count, Lanes target, int first) {
      normalize(fetched, 0, count * size);
      target.put(fetched, 0, first, count);
    }

    private void normalize(float[] values, int from, int end) {
      for (int i = from; i < end; i++) {
        values[i] = normalization.apply(values[i]);
      }
    }
  }
}

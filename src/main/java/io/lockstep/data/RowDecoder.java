package io.lockstep.data;

import io.lockstep.network.Normalization;

/**
 * Decodes packed rows. Rows that are to lie side by side are fetched a few at a time, each in one
 * go: a shuffled row is far away, and only a run of its values has the memory fetch ahead. From
 * there they are written block by block, so that what is written stays in the nearest cache until
 * its neighbours come.
 */
abstract class RowDecoder implements Features.Decoder {
  /** Rows that are fetched together. */
  private static final int ROWS = 16;

  /** Values of a row that are written before the next row's. */
  private static final int BLOCK = 64;

  private final int size;

  private RowDecoder(int size) {
    this.size = size;
  }

  @Override
  public final void interleave(
      int[] rows, int from, int count, float[] target, int width, int first) {
    for (int done = 0; done < count; done += ROWS) {
      int some = Math.min(ROWS, count - done);
      for (int l = 0; l < some; l++) {
        fetch(rows[from + done + l], l);
      }
      for (int block = 0; block < size; block += BLOCK) {
        int end = Math.min(size, block + BLOCK);
        for (int l = 0; l < some; l++) {
          write(l, block, end, target, width, first + done + l);
        }
      }
    }
  }

  /** Copies {@code row} to place {@code l} of the fetched rows. */
  abstract void fetch(int row, int l);

  /**
   * Writes values {@code [from, end)} of fetched row {@code l} to {@code target[i * width + at]}.
   */
  abstract void write(int l, int from, int end, float[] target, int width, int at);

  /** Where rows are fetched from, to an array of {@code A}. */
  @FunctionalInterface
  interface Source<A> {
    /** Copies {@code row} to {@code target[offset...]}. */
    void fetch(int row, A target, int offset);
  }

  /** One unsigned byte a value, looked up in a table. */
  static final class OfBytes extends RowDecoder {
    private final Source<byte[]> source;
    private final int size;
    private final float[] table;
    private final byte[] fetched;

    OfBytes(Source<byte[]> source, int size, float[] table) {
      super(size);
      this.source = source;
      this.size = size;
      this.table = table;
      this.fetched = new byte[Math.multiplyExact(ROWS, size)];
    }

    @Override
    public void decode(int row, float[] target, int offset) {
      fetch(row, 0);
      for (int i = 0; i < size; i++) {
        target[offset + i] = table[fetched[i] & 0xff];
      }
    }

    @Override
    void fetch(int row, int l) {
      source.fetch(row, fetched, l * size);
    }

    @Override
    void write(int l, int from, int end, float[] target, int width, int at) {
      int row = l * size;
      for (int i = from; i < end; i++) {
        target[i * width + at] = table[fetched[row + i] & 0xff];
      }
    }
  }

  /** One float a value. */
  static final class OfFloats extends RowDecoder {
    private final Source<float[]> source;
    private final int size;
    private final Normalization normalization;
    private final float[] fetched;

    OfFloats(Source<float[]> source, int size, Normalization normalization) {
      super(size);
      this.source = source;
      this.size = size;
      this.normalization = normalization;
      this.fetched = new float[Math.multiplyExact(ROWS, size)];
    }

    @Override
    public void decode(int row, float[] target, int offset) {
      fetch(row, 0);
      for (int i = 0; i < size; i++) {
        target[offset + i] = normalization.apply(fetched[i]);
      }
    }

    @Override
    void fetch(int row, int l) {
      source.fetch(row, fetched, l * size);
    }

    @Override
    void write(int l, int from, int end, float[] target, int width, int at) {
      int row = l * size;
      for (int i = from; i < end; i++) {
        target[i * width + at] = normalization.apply(fetched[row + i]);
      }
    }
  }
}

package io.lockstep.data;

import io.lockstep.lanes.Lanes;
import io.lockstep.network.Normalization;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The inputs of many rows, packed, in memory or in a file: bytes stay bytes until a kernel decodes
 * them.
 */
public sealed interface Features extends Serializable
    permits Features.Bytes, Features.Floats, MappedFeatures {
  /** Number of rows. */
  int rows();

  /** Values of a row. */
  int width();

  /** Bytes that the values take, in memory or in a file. */
  long bytes();

  /** A decoder for this thread: it may hold a table. */
  Decoder decoder(Normalization normalization);

  /** Adds the values of {@code row} to {@code digest}. */
  void digest(int row, MessageDigest digest);

  /**
   * The rows of {@code parts}, one after another; all must be of this kind and width, and in
   * memory.
   */
  Features concat(Iterable<Features> parts);

  /** Writes normalised rows as floats. */
  interface Decoder {
    /** Writes {@code row} to {@code target[offset...]}. */
    void decode(int row, float[] target, int offset);

    /**
     * Writes the rows {@code rows[from ... from + count - 1]} side by side, the first of them to
     * lane {@code first}.
     */
    void interleave(int[] rows, int from, int count, Lanes target, int first);
  }

  /**
   * One unsigned byte a value, meaning {@code value / 255}.
   *
   * @param values row after row
   */
  record Bytes(int width, byte[] values) implements Features {
    @Override
    public int rows() {
      return values.length / width;
    }

    @Override
    public long bytes() {
      return values.length;
    }

    @Override
    public Decoder decoder(Normalization normalization) {
      return new RowDecoder.OfBytes(
          (row, target, offset) -> System.arraycopy(values, row * width, target, offset, width),
          width,
          normalization.ofBytes());
    }

    @Override
    public void digest(int row, MessageDigest digest) {
      digest.update(values, row * width, width);
    }

    @Override
    public Bytes concat(Iterable<Features> parts) {
      int length = 0;
      for (Features part : parts) {
        length = Math.addExact(length, ((Bytes) part).values.length);
      }
      byte[] all = new byte[length];
      int next = 0;
      for (Features part : parts) {
        byte[] piece = ((Bytes) part).values;
        System.arraycopy(piece, 0, all, next, piece.length);
        next += piece.length;
      }
      return new Bytes(width, all);
    }
  }

  /**
   * One float a value.
   *
   * @param values row after row
   */
  record Floats(int width, float[] values) implements Features {
    @Override
    public int rows() {
      return values.length / width;
    }

    @Override
    public long bytes() {
      return (long) Float.BYTES * values.length;
    }

    @Override
    public Decoder decoder(Normalization normalization) {
      return new RowDecoder.OfFloats(
          (row, target, offset) -> System.arraycopy(values, row * width, target, offset, width),
          width,
          normalization);
    }

    @Override
    public void digest(int row, MessageDigest digest) {
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * width);
      bytes.asFloatBuffer().put(values, row * width, width);
      digest.update(bytes);
    }

    @Override
    public Floats concat(Iterable<Features> parts) {
      int length = 0;
      for (Features part : parts) {
        length = Math.addExact(length, ((Floats) part).values.length);
      }
      float[] all = new float[length];
      int next = 0;
      for (Features part : parts) {
        float[] piece = ((Floats) part).values;
        System.arraycopy(piece, 0, all, next, piece.length);
        next += piece.length;
      }
      return new Floats(width, all);
    }
  }

  /** The {@code rows} of {@code source}, in the order given. */
  static Features pick(LabeledImages source, int[] rows) {
    int size = source.imageSize();
    byte[] values = new byte[Math.multiplyExact(rows.length, size)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(source.pixels(), rows[i] * size, values, i * size, size);
    }
    return new Bytes(size, values);
  }

  /** No rows of {@code width} values. */
  static Features none(int width) {
    return new Bytes(width, new byte[0]);
  }
}

package io.lockstep.data;

import io.lockstep.network.Normalization;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * Rows in a file that is mapped into memory, see {@link FeatureFile}: the system reads what is used
 * and lets go of what is not. Another process that is sent them writes a file of its own.
 */
final class MappedFeatures implements Features {
  private static final long serialVersionUID = 1L;

  private final int width;
  private final boolean bytes;
  private final int rows;
  private final int rowsPerSegment;
  private transient List<ByteBuffer> segments;

  /**
   * Mapped rows.
   *
   * @param bytes whether a value is an unsigned byte, else it is a big-endian float
   * @param segments of the file, each of {@code rowsPerSegment} rows but the last
   */
  MappedFeatures(
      int width, boolean bytes, int rows, int rowsPerSegment, List<ByteBuffer> segments) {
    this.width = width;
    this.bytes = bytes;
    this.rows = rows;
    this.rowsPerSegment = rowsPerSegment;
    this.segments = List.copyOf(segments);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public long bytes() {
    return (long) rows * rowBytes();
  }

  private int rowBytes() {
    return width * (bytes ? 1 : Float.BYTES);
  }

  private ByteBuffer segment(int row) {
    return segments.get(row / rowsPerSegment);
  }

  private int inSegment(int row) {
    return row % rowsPerSegment;
  }

  @Override
  public Decoder decoder(Normalization normalization) {
    return bytes
        ? new RowDecoder.OfBytes(
            (row, target, offset) ->
                segment(row).get(inSegment(row) * width, target, offset, width),
            width,
            normalization.ofBytes())
        : new RowDecoder.OfFloats(
            (row, target, offset) ->
                segment(row).asFloatBuffer().get(inSegment(row) * width, target, offset, width),
            width,
            normalization);
  }

  @Override
  public void digest(int row, MessageDigest digest) {
    digest.update(segment(row).slice(inSegment(row) * rowBytes(), rowBytes()));
  }

  @Override
  public Features concat(Iterable<Features> parts) {
    throw new UnsupportedOperationException("mapped rows are written to their place");
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    byte[] row = new byte[rowBytes()];
    for (int i = 0; i < rows; i++) {
      segment(i).get(inSegment(i) * row.length, row);
      out.write(row);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    byte[] row = new byte[rowBytes()];
    try (FeatureFile file = FeatureFile.temporary(width, bytes, rowsPerSegment * row.length)) {
      for (int i = 0; i < rows; i++) {
        in.readFully(row);
        file.write(i, ByteBuffer.wrap(row), 1);
      }
      segments = file.mapped();
    }
  }
}

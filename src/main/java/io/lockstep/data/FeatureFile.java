package io.lockstep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A file that rows are written to, in any order, and then read from as if they were in memory. It
 * has no name any more once it is mapped: nobody changes it, and it goes with what reads it.
 */
public final class FeatureFile implements AutoCloseable {
  private static final String PREFIX = "lockstep-rows";

  /** Bytes that are written at a time: the JDK keeps as many outside the heap. */
  private static final int MOST_WRITE_BYTES = 1 << 20;

  /** Bytes that one mapping may have: indices are ints. */
  private static final int MOST_SEGMENT_BYTES = 1 << 30;

  private final Path folder;
  private final int width;
  private final boolean bytes;
  private final int segmentBytes;
  private final FileChannel channel;
  private long rows;

  /**
   * An empty file.
   *
   * @param folder to be in
   * @param width values of a row
   * @param bytes whether they are unsigned bytes, else they are floats
   * @throws UncheckedIOException saying what to do, if {@code folder} takes no file
   */
  public FeatureFile(Path folder, int width, boolean bytes) {
    this(folder, width, bytes, MOST_SEGMENT_BYTES);
  }

  FeatureFile(Path folder, int width, boolean bytes, int segmentBytes) {
    this(created(folder), folder, width, bytes, segmentBytes);
  }

  private FeatureFile(
      FileChannel channel, Path folder, int width, boolean bytes, int segmentBytes) {
    this.folder = folder;
    this.width = width;
    this.bytes = bytes;
    this.segmentBytes = segmentBytes;
    this.channel = channel;
  }

  /** One in the system's folder for what is temporary. */
  static FeatureFile temporary(int width, boolean bytes, int segmentBytes) throws IOException {
    Path file = Files.createTempFile(PREFIX, "");
    return new FeatureFile(open(file), file.getParent(), width, bytes, segmentBytes);
  }

  private static FileChannel created(Path folder) {
    try {
      return open(Files.createTempFile(folder, PREFIX, ""));
    } catch (IOException e) {
      throw explained(folder, 0, e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Writes the rows of {@code part} from {@code firstRow} on.
   *
   * @param part bytes or floats, as this file's are
   * @throws UncheckedIOException saying what to do, if there is no room
   */
  public void write(long firstRow, Features part) {
    write(firstRow, encoded(part), part.rows());
  }

  /** Writes {@code some} rows as they are in the file. */
  void write(long firstRow, ByteBuffer values, int some) {
    try {
      long at = firstRow * rowBytes();
      while (values.hasRemaining()) {
        int length = Math.min(MOST_WRITE_BYTES, values.remaining());
        ByteBuffer next = values.slice(values.position(), length);
        at += channel.write(next, at);
        values.position(values.position() + next.position());
      }
      rows = Math.max(rows, firstRow + some);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  private static ByteBuffer encoded(Features part) {
    if (part instanceof Features.Bytes packed) {
      return ByteBuffer.wrap(packed.values());
    }
    float[] values = ((Features.Floats) part).values();
    ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length));
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  private int rowBytes() {
    return width * (bytes ? 1 : Float.BYTES);
  }

  /** All rows; this file takes no more. */
  public Features map() {
    List<ByteBuffer> segments = mapped();
    return new MappedFeatures(width, bytes, Math.toIntExact(rows), rowsPerSegment(), segments);
  }

  private int rowsPerSegment() {
    return Math.max(1, segmentBytes / rowBytes());
  }

  /** All rows, in segments; this file takes no more. */
  List<ByteBuffer> mapped() {
    int rowsPerSegment = rowsPerSegment();
    List<ByteBuffer> segments = new ArrayList<>();
    try {
      for (long row = 0; row < rows; row += rowsPerSegment) {
        long some = Math.min(rowsPerSegment, rows - row);
        segments.add(
            channel.map(FileChannel.MapMode.READ_ONLY, row * rowBytes(), some * rowBytes()));
      }
    } catch (IOException e) {
      throw explained(e);
    }
    close();
    return segments;
  }

  private UncheckedIOException explained(IOException e) {
    return explained(folder, (double) rows * rowBytes(), e);
  }

  private static UncheckedIOException explained(Path folder, double written, IOException e) {
    String message =
        String.format(
            Locale.ROOT,
            "Rows can't be kept in a file in %s: %s. After %,.0f MB of this shard. Free some room"
                + " there, or set spark.local.dir to another folder, or distributed.rows = memory.",
            folder,
            e.getMessage(),
            written / 1e6);
    return new UncheckedIOException(message, e);
  }

  /** Ends it; what is mapped stays. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw explained(e);
    }
  }
}

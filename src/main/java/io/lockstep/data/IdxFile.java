package io.lockstep.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reader of IDX files, MNIST's format: a magic number, one big-endian 32-bit size per dimension,
 * one unsigned byte per value; gzipped or not.
 *
 * <p>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section
 * "File formats".
 */
public final class IdxFile {
  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  /** Pixels read at a time: a lying header must not make us allocate what the file can't fill. */
  private static final int CHUNK = 1 << 20;

  private IdxFile() {}

  /** Opens a file anew; each reader may read it once. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /**
   * The sizes in a file's header.
   *
   * @param count images or labels
   * @param height 1 for labels
   * @param width 1 for labels
   */
  public record Header(int count, int height, int width) {
    /** Bytes of one image. */
    public int imageSize() {
      return height * width;
    }

    /** Bytes of all images. */
    public long values() {
      return (long) count * height * width;
    }
  }

  /** The sizes of the image file {@code name}. */
  public static Header imageHeader(String name, Source source) throws IOException {
    return read(name, source, IMAGES, (header, in) -> header);
  }

  /**
   * Reads images and their labels whole.
   *
   * @throws MalformedFileException if a magic number, dimension or length is wrong, or the files
   *     don't belong together
   */
  public static LabeledImages read(
      String imagesName, Source images, String labelsName, Source labels) throws IOException {
    Header[] header = new Header[1];
    byte[] pixels =
        read(
            imagesName,
            images,
            IMAGES,
            (h, in) -> {
              header[0] = h;
              return slice(imagesName, h, in, 0, h.count());
            });
    int[] classes = labels(imagesName, header[0], labelsName, labels);
    return new LabeledImages(header[0].height(), header[0].width(), pixels, classes);
  }

  /**
   * Reads the labels of all images whose file has the sizes {@code images}.
   *
   * @throws MalformedFileException as {@link #read}
   */
  static int[] labels(String imagesName, Header images, String labelsName, Source labels)
      throws IOException {
    return unsigned(
        read(
            labelsName,
            labels,
            LABELS,
            (header, in) -> {
              requireSameCount(imagesName, images.count(), labelsName, header.count());
              return slice(labelsName, header, in, 0, header.count());
            }));
  }

  private static void requireSameCount(String imagesName, int images, String labelsName, int labels)
      throws MalformedFileException {
    if (images != labels) {
      throw new MalformedFileException(
          String.format(
              "%s has %d images but %s has %d labels. Use two files of the same set.",
              imagesName, images, labelsName, labels));
    }
  }

  /** Reads the images of rows {@code [from, to)}. */
  public static byte[] images(String name, Source source, int from, int to) throws IOException {
    return read(name, source, IMAGES, (header, in) -> slice(name, header, in, from, to));
  }

  /** Reads the labels of rows {@code [from, to)}. */
  public static int[] labels(String name, Source source, int from, int to) throws IOException {
    return unsigned(read(name, source, LABELS, (header, in) -> slice(name, header, in, from, to)));
  }

  @FunctionalInterface
  private interface Body<T> {
    T read(Header header, InputStream in) throws IOException;
  }

  private static <T> T read(String name, Source source, int magic, Body<T> body)
      throws IOException {
    try (InputStream raw = source.open();
        InputStream in = unzipped(raw)) {
      return body.read(header(name, in, magic), in);
    } catch (ZipException e) {
      throw new MalformedFileException(
          name + ": damaged gzip data (" + e.getMessage() + "). Download it again.", e);
    } catch (EOFException e) {
      throw new MalformedFileException(
          name + ": the file ends early, inside its header or its gzip data. Download it again.",
          e);
    }
  }

  /** The bytes of {@code raw}, unzipped if they are gzipped. */
  static InputStream unzipped(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static Header header(String name, InputStream in, int expected) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int magic = data.readInt();
    if (magic != expected) {
      throw new MalformedFileException(
          String.format(
              "%s: magic number is 0x%08x%s, expected 0x%08x%s. %s",
              name,
              magic,
              meaning(magic),
              expected,
              meaning(expected),
              meaning(magic).isEmpty()
                  ? "This is not an IDX file of unsigned bytes."
                  : "Swap the image and label paths."));
    }
    Header header =
        magic == LABELS
            ? new Header(data.readInt(), 1, 1)
            : new Header(data.readInt(), data.readInt(), data.readInt());
    boolean sensible =
        header.count() >= 1
            && header.height() >= 1
            && header.width() >= 1
            && (long) header.height() * header.width() <= 1 << 24
            && header.values() <= Integer.MAX_VALUE - 8;
    if (!sensible) {
      throw new MalformedFileException(
          String.format(
              "%s: dimensions are %d x %d x %d, each must be at least 1 and all together at most"
                  + " 2^31 - 9 values. The header is damaged or the set must be split.",
              name, header.count(), header.height(), header.width()));
    }
    return header;
  }

  private static String meaning(int magic) {
    return switch (magic) {
      case IMAGES -> " (images)";
      case LABELS -> " (labels)";
      default -> "";
    };
  }

  private static byte[] slice(String name, Header header, InputStream in, int from, int to)
      throws IOException {
    int size = header.imageSize();
    skip(name, header, in, (long) from * size);
    int length = (to - from) * size;
    byte[] values = new byte[Math.min(length, CHUNK)];
    int filled = 0;
    while (filled < length) {
      if (filled == values.length) {
        values = Arrays.copyOf(values, (int) Math.min(length, 2L * values.length));
      }
      int read = readSome(in, values, filled);
      if (read < 0) {
        throw truncated(name, header, (long) from * size + filled);
      }
      filled += read;
    }
    if (to == header.count() && in.read() >= 0) {
      throw new MalformedFileException(
          String.format(
              "%s: more than the %d bytes that its header promises. The file is damaged.",
              name, header.values()));
    }
    return values;
  }

  private static int readSome(InputStream in, byte[] values, int filled) throws IOException {
    try {
      return in.read(values, filled, values.length - filled);
    } catch (EOFException e) {
      return -1; // the gzip stream is cut off
    }
  }

  private static void skip(String name, Header header, InputStream in, long bytes)
      throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      MalformedFileException truncated = truncated(name, header, bytes);
      truncated.initCause(e);
      throw truncated;
    }
  }

  private static MalformedFileException truncated(String name, Header header, long at) {
    return new MalformedFileException(
        String.format(
            "%s: ends after %d of the %d bytes that its header promises. Download it again.",
            name, at, header.values()));
  }

  private static int[] unsigned(byte[] labels) {
    int[] result = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      result[i] = labels[i] & 0xff;
    }
    return result;
  }
}

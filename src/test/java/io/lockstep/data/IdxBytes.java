package io.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** IDX files for tests. */
final class IdxBytes {
  private IdxBytes() {}

  static byte[] imageHeader(int count, int height, int width) {
    return ByteBuffer.allocate(16)
        .putInt(0x00000803)
        .putInt(count)
        .putInt(height)
        .putInt(width)
        .array();
  }

  /** Images whose pixels count up, modulo 251. */
  static byte[] images(int count, int height, int width) {
    byte[] pixels = new byte[count * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 251);
    }
    return ByteBuffer.allocate(16 + pixels.length)
        .put(imageHeader(count, height, width))
        .put(pixels)
        .array();
  }

  static byte[] labels(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
    file.putInt(0x00000801).putInt(labels.length);
    for (int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

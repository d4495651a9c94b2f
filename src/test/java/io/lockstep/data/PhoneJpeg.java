package io.lockstep.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** JPEG files with a phone's mark of how it was held. */
public final class PhoneJpeg {
  private static final int START_OF_IMAGE = 2;

  private PhoneJpeg() {}

  /** The bytes of a file of {@code stored} rows with EXIF's {@code orientation}. */
  public static byte[] of(BufferedImage stored, int orientation) throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(stored, "jpg", jpeg);
    byte[] plain = jpeg.toByteArray();
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xffe1).putShort((short) 34); // APP1 and its length
    exif.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
    exif.putShort((short) 1); // entries
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1); // a SHORT
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    return ByteBuffer.allocate(plain.length + exif.capacity())
        .put(plain, 0, START_OF_IMAGE)
        .put(exif.array())
        .put(plain, START_OF_IMAGE, plain.length - START_OF_IMAGE)
        .array();
  }
}

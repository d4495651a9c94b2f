package io.lockstep.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Pictures as PNG files. */
public final class Png {
  private Png() {}

  /** The bytes of a file that shows {@code picture}. */
  public static byte[] of(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory take any picture", e);
    }
    return bytes.toByteArray();
  }
}

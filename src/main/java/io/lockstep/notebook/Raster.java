package io.lockstep.notebook;

import io.lockstep.data.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** Pictures as PNG inside HTML. */
final class Raster {
  private static final int BYTE = 0xff;

  private Raster() {}

  /** Ink on paper, as digits are written: bytes of 0 are white. */
  static String gray(byte[] pixels, int width) {
    int[] colours = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int paper = BYTE - (pixels[i] & BYTE);
      colours[i] = colour(paper, paper, paper);
    }
    return uri(colours, width);
  }

  /** Red for values above 0, blue for those below, white for 0; in full at {@code largest}. */
  static String signed(float[] values, int width, float largest) {
    int[] colours = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      int paper =
          BYTE - Math.round(BYTE * Math.abs(values[i]) / Math.max(Float.MIN_NORMAL, largest));
      colours[i] = values[i] > 0 ? colour(BYTE, paper, paper) : colour(paper, paper, BYTE);
    }
    return uri(colours, width);
  }

  private static int colour(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }

  private static String uri(int[] colours, int width) {
    int height = colours.length / width;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, colours, 0, width);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(Png.of(image));
  }
}

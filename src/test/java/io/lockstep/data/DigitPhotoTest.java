package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigitPhotoTest {
  private static final byte[][] PLAIN = new byte[10][];

  static {
    Arrays.setAll(PLAIN, digit -> seen(plain(digit)));
  }

  private static BufferedImage plain(int digit) {
    return Photos.digit(digit, 240, 320, 16, 230, 20, 0, 0);
  }

  private static byte[] seen(BufferedImage picture) {
    return DigitPhoto.of("my.png", picture).pixels();
  }

  /** How alike two pictures are: the cosine between them. */
  private static double likeness(byte[] one, byte[] other) {
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      double a = one[i] & 0xff;
      double b = other[i] & 0xff;
      product += a * b;
      squares += a * a;
      otherSquares += b * b;
    }
    return product / Math.sqrt(squares * otherSquares);
  }

  private static int nearest(byte[] picture) {
    int best = 0;
    for (int digit = 1; digit < 10; digit++) {
      if (likeness(picture, PLAIN[digit]) > likeness(picture, PLAIN[best])) {
        best = digit;
      }
    }
    return best;
  }

  @ParameterizedTest
  @CsvSource({
    // width, height, pen, sheet, ink, slope, grain
    "600, 800, 20, 190, 50, 60, 9", // a marker on grey paper, light from one side
    "300, 400, 3, 170, 40, 50, 6", // a thin pen
    "800, 600, 26, 60, 230, 30, 9", // chalk
    "200, 90, 4, 250, 0, 0, 0" // a small clean picture
  })
  void of_photoOfAnyKind_looksLikeTheDigit(
      int width, int height, double pen, int sheet, int ink, int slope, double grain) {
    for (int digit = 0; digit < 10; digit++) {
      byte[] seen = seen(Photos.digit(digit, width, height, pen, sheet, ink, slope, grain));

      assertEquals(digit, nearest(seen));
      assertTrue(likeness(seen, PLAIN[digit]) > 0.6, "digit " + digit);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void of_photo_fillsTwentyPixelsAroundItsMass(int digit) {
    byte[] pixels = seen(Photos.digit(digit, 300, 400, 12, 190, 50, 60, 9));
    int top = 28;
    int bottom = 0;
    double mass = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < pixels.length; i++) {
      int value = pixels[i] & 0xff;
      top = value > 0 ? Math.min(top, i / 28) : top;
      bottom = value > 0 ? i / 28 + 1 : bottom;
      int row = i / 28;
      mass += value;
      x += value * (i % 28 + 0.5);
      y += value * (row + 0.5);
    }

    assertEquals(20, bottom - top);
    assertEquals(14, x / mass, 0.51);
    assertEquals(14, y / mass, 0.51);
    assertEquals(0, pixels[0]);
  }

  @Test
  void of_picture_saysWhatWasDone() {
    assertEquals(
        "[600 x 800 pixels, made grey, made smaller: 480 x 640, dark ink on a sheet of brightness"
            + " 189 of 255: inverted, less than 47 grey levels from the sheet is no ink, strokes of"
            + " 0.6 pixels thickened to 2.4, ink in 148 x 343 pixels, scaled to 9 x 20, centred by"
            + " its mass in 28 x 28]",
        DigitPhoto.of("my.png", Photos.digit(3, 600, 800, 12, 190, 50, 60, 5)).steps().toString());
  }

  @Test
  void of_specksAndEdges_areWiped() {
    BufferedImage clean = Photos.digit(3, 300, 400, 12, 200, 20, 0, 0);
    BufferedImage dirty = Photos.digit(3, 300, 400, 12, 200, 20, 0, 0);
    Graphics2D graphics = dirty.createGraphics();
    graphics.setColor(Color.DARK_GRAY);
    graphics.fillRect(20, 30, 4, 4); // a speck
    graphics.fillRect(0, 380, 300, 20); // the table
    graphics.dispose();

    assertTrue(likeness(seen(clean), seen(dirty)) > 0.98);
  }

  @Test
  void of_greyFile_isReadAsItIs() {
    BufferedImage rgb = plain(5);
    BufferedImage grey = new BufferedImage(240, 320, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 240 * 320; i++) {
      grey.getRaster().setSample(i % 240, i / 240, 0, rgb.getRGB(i % 240, i / 240) & 0xff);
    }

    assertArrayEquals(seen(rgb), seen(grey));
  }

  @Test
  void of_transparentSheet_isWhite() {
    BufferedImage picture = new BufferedImage(100, 120, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.BLACK);
    graphics.fillRect(45, 20, 10, 80);
    graphics.dispose();

    assertEquals(1, nearest(seen(picture)));
  }

  @ParameterizedTest
  @CsvSource({"300, 400", "1, 1", "1, 500"})
  void of_emptySheet_isRefused(int width, int height) {
    BufferedImage picture = Photos.digit(0, width, height, 0.01, 200, 199, 20, 3);

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> DigitPhoto.of("my.png", picture));

    assertEquals(
        "my.png must show a digit, but no ink stands out from the sheet by 25 of 255 grey levels."
            + " Draw it darker, or take the picture in more light.",
        e.getMessage());
  }
}

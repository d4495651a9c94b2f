package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UprightTest {
  private static final int WIDTH = 48;
  private static final int HEIGHT = 64;
  private static final int BLOCK = 16;

  /** Black where the first row and column meet, grey where the first row and the last column do. */
  private static BufferedImage stored(int type) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.setColor(Color.BLACK);
    pen.fillRect(0, 0, BLOCK, BLOCK);
    pen.setColor(Color.GRAY);
    pen.fillRect(WIDTH - BLOCK, 0, BLOCK, BLOCK);
    pen.dispose();
    return picture;
  }

  private static Upright read(byte[] file) throws IOException {
    return Upright.of(file, ImageIO.read(new ByteArrayInputStream(file)));
  }

  /** What is in a corner: black, grey or white. */
  private static String corner(BufferedImage picture, String name) {
    int x = name.contains("left") ? BLOCK / 2 : picture.getWidth() - BLOCK / 2;
    int y = name.contains("top") ? BLOCK / 2 : picture.getHeight() - BLOCK / 2;
    int brightness = picture.getRGB(x, y) & 0xff;
    return brightness < 64 ? "black" : brightness < 192 ? "grey" : "white";
  }

  @ParameterizedTest
  @CsvSource({
    "2, top right, top left, 48, mirrored left to right",
    "3, bottom right, bottom left, 48, turned by 180 degrees",
    "4, bottom left, bottom right, 48, mirrored top to bottom",
    "5, top left, bottom left, 64, mirrored left to right and turned left by 90 degrees",
    "6, top right, bottom right, 64, turned right by 90 degrees",
    "7, bottom right, top right, 64, mirrored left to right and turned right by 90 degrees",
    "8, bottom left, top left, 64, turned left by 90 degrees",
  })
  void photo_markedAsTurned_isPutUprightAndSaysSo(
      int orientation, String black, String grey, int width, String step) throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB}) {
      Upright upright = read(PhoneJpeg.of(stored(type), orientation));

      assertEquals(width, upright.picture().getWidth());
      assertEquals(WIDTH + HEIGHT - width, upright.picture().getHeight());
      for (String name : List.of("top left", "top right", "bottom left", "bottom right")) {
        String expected = name.equals(black) ? "black" : name.equals(grey) ? "grey" : "white";
        assertEquals(expected, corner(upright.picture(), name), name);
      }
      assertEquals(List.of("EXIF orientation " + orientation + ": " + step), upright.steps());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 0xffff})
  void photo_uprightOrWithAMarkThatIsNone_staysAsItIs(int orientation) throws IOException {
    BufferedImage stored = stored(BufferedImage.TYPE_INT_RGB);
    Upright upright = Upright.of(PhoneJpeg.of(stored, orientation), stored);

    assertSame(stored, upright.picture());
    assertEquals(List.of(), upright.steps());
  }

  @Test
  void picture_withoutMark_staysAsItIs() {
    BufferedImage stored = stored(BufferedImage.TYPE_INT_RGB);

    assertEquals(List.of(), Upright.of(Png.of(stored), stored).steps());
  }

  @Test
  void photo_whoseMetadataAreDamaged_staysAsItIs() throws IOException {
    BufferedImage stored = stored(BufferedImage.TYPE_INT_RGB);
    byte[] file = Arrays.copyOf(PhoneJpeg.of(stored, 6), 20);

    Upright upright = Upright.of(file, stored);
    assertSame(stored, upright.picture());
    assertEquals(List.of("as it is stored: what is said of it can't be read"), upright.steps());
  }
}

package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigitsTest {
  private static final int SIZE = 28 * 28;

  @Test
  void draw_first100OfTrain_areTheseBytes() throws NoSuchAlgorithmException {
    LabeledImages images = Digits.draw(Split.TRAIN, 100);

    byte[] digest = MessageDigest.getInstance("SHA-256").digest(images.pixels());
    assertEquals(
        "8ffd6dc62c8fff7a53d9ac0aeedfcd030d5f8e163d00d074650a56eac9024e88",
        HexFormat.of().formatHex(digest));
  }

  @Test
  void draw_slice_equalsTheSameRowsOfTheWhole() {
    LabeledImages whole = Digits.draw(Split.TEST, 60);
    LabeledImages slice = Digits.draw(Split.TEST, 17, 43);

    assertArrayEquals(Arrays.copyOfRange(whole.pixels(), 17 * SIZE, 43 * SIZE), slice.pixels());
    assertArrayEquals(Arrays.copyOfRange(whole.labels(), 17, 43), slice.labels());
  }

  @Test
  void draw_manyRows_hasAllTenClassesAboutEquallyOften() {
    int[] labels = Digits.draw(Split.TRAIN, 2000).labels();

    for (int digit = 0; digit < 10; digit++) {
      int wanted = digit;
      long count = IntStream.of(labels).filter(label -> label == wanted).count();
      assertTrue(count > 140 && count < 260, digit + " came " + count + " times");
    }
  }

  @Test
  void draw_trainAndTest_areDifferentImages() {
    byte[] train = Digits.draw(Split.TRAIN, 50).pixels();
    byte[] test = Digits.draw(Split.TEST, 50).pixels();

    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 50; j++) {
        assertFalse(
            Arrays.equals(train, i * SIZE, (i + 1) * SIZE, test, j * SIZE, (j + 1) * SIZE),
            "train " + i + " is test " + j);
      }
    }
  }

  @Test
  void draw_everyImage_hasInkOnBlackGround() {
    LabeledImages images = Digits.draw(Split.TRAIN, 200);

    for (int i = 0; i < images.rows(); i++) {
      int bright = 0;
      int black = 0;
      for (int p = i * SIZE; p < (i + 1) * SIZE; p++) {
        int value = images.pixels()[p] & 0xff;
        bright += value > 127 ? 1 : 0;
        black += value == 0 ? 1 : 0;
      }
      assertTrue(bright >= 15, "image " + i + " has only " + bright + " bright pixels");
      assertTrue(black >= SIZE / 3, "image " + i + " has only " + black + " black pixels");
    }
  }

  @Test
  void defaultRows_areThoseOfMnist() {
    assertEquals(60_000, Digits.defaultRows(Split.TRAIN));
    assertEquals(10_000, Digits.defaultRows(Split.TEST));
  }
}

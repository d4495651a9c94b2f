package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  @AfterEach
  void forget() {
    System.clearProperty(KernelChoice.PROPERTY);
  }

  @Test
  void property_unknownValue_isRefusedWithTheKnownOnes() {
    System.setProperty(KernelChoice.PROPERTY, "1024");

    assertEquals(
        "System property lockstep.vectors must be auto, plain, 128, 256 or 512, but was 1024.",
        assertThrows(InvalidInputException.class, KernelChoice::wishedBits).getMessage());
  }

  @Test
  void lanes_ofAWidthThatIsNoMultiple_areRefused() {
    assertEquals(
        "width must be a positive multiple of 16, but was 17",
        assertThrows(IllegalArgumentException.class, () -> Lanes.zeros(3, 17)).getMessage());
  }

  @Test
  void lanes_filledWithRows_giveThemBackAndAreZeroBeyond() {
    Lanes lanes = Lanes.zeros(70, 32);
    Arrays.fill(lanes.data(), 9);
    float[] rows = new float[70 * 18];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i + 1;
    }
    lanes.fill(rows, 0, 18);
    float[] back = new float[rows.length];
    lanes.copyTo(back, 0, 70, 0, 18);

    assertArrayEquals(rows, back);
    assertEquals(70 * 17 + 70, lanes.get(69, 17));
    assertEquals(0, lanes.get(69, 18));
    assertEquals(0, lanes.get(0, 31));
  }

  @Test
  void lanes_partCopiedToRows_leavesTheOthersAlone() {
    Lanes lanes = Lanes.zeros(21, 16);
    for (int i = 0; i < lanes.data().length; i++) {
      lanes.data()[i] = i;
    }
    float[] rows = new float[16 * 25];
    lanes.copyTo(rows, 0, 25, 3, 14);

    for (int image = 0; image < 16; image++) {
      for (int value = 0; value < 25; value++) {
        boolean copied = image >= 3 && image < 14 && value < 21;
        assertEquals(copied ? value * 16 + image : 0, rows[image * 25 + value]);
      }
    }
  }
}

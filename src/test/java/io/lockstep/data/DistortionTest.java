package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.Seeds;
import io.lockstep.network.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistortionTest {
  private static final int SIDE = 21;
  private static final Shape.Image IMAGE = new Shape.Image(1, SIDE, SIDE);
  private static final Seeds SEEDS = new Seeds(9);

  private static float[] distorted(Augmentation augmentation, int row, float[] image) {
    float[] result = new float[image.length];
    new Distortion(augmentation, IMAGE, -1).apply(key(row), image, result);
    return result;
  }

  private static long key(int row) {
    return SEEDS.key(Seeds.Purpose.AUGMENTATION, 1, 0, row);
  }

  private static Augmentation augmentation(
      double shift, double rotate, double scale, double shear, double strength) {
    return new Augmentation(shift, rotate, scale, shear, new Augmentation.Elastic(3, strength));
  }

  /** Background, with a smooth spot of height 1. */
  private static float[] spot(double middleX, double middleY) {
    float[] image = new float[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double distance = (x - middleX) * (x - middleX) + (y - middleY) * (y - middleY);
        image[y * SIDE + x] = (float) (2 * Math.exp(-distance / 4) - 1);
      }
    }
    return image;
  }

  /** Where the spot is: the mean place of what is above the background. */
  private static double[] middle(float[] image) {
    double[] sums = new double[3];
    for (int i = 0; i < image.length; i++) {
      double weight = image[i] + 1;
      sums[0] += weight * (i % SIDE);
      int y = i / SIDE;
      sums[1] += weight * y;
      sums[2] += weight;
    }
    return new double[] {sums[0] / sums[2], sums[1] / sums[2], sums[2]};
  }

  @Test
  void apply_nothingToDo_givesTheImage() {
    float[] image = spot(8, 11);

    assertArrayEquals(image, distorted(Augmentation.NONE, 0, image));
  }

  @Test
  void apply_shift_staysWithinItAndUsesAllOfIt() {
    double most = 0;
    for (int row = 0; row < 300; row++) {
      double[] middle = middle(distorted(augmentation(3, 0, 0, 0, 0), row, spot(10, 10)));
      assertTrue(Math.abs(middle[0] - 10) < 3.01, "x " + middle[0]);
      assertTrue(Math.abs(middle[1] - 10) < 3.01, "y " + middle[1]);
      most = Math.max(most, Math.abs(middle[0] - 10));
    }
    assertTrue(most > 2.8, "at most " + most);
  }

  @Test
  void apply_rotation_turnsAroundTheMiddle() {
    double most = 0;
    for (int row = 0; row < 100; row++) {
      double[] middle = middle(distorted(augmentation(0, 30, 0, 0, 0), row, spot(15, 10)));
      double angle = Math.toDegrees(Math.atan2(middle[1] - 10, middle[0] - 10));
      assertEquals(5, Math.hypot(middle[0] - 10, middle[1] - 10), 0.1);
      assertTrue(Math.abs(angle) < 30.5, "angle " + angle);
      most = Math.max(most, Math.abs(angle));
    }
    assertTrue(most > 27, "at most " + most);
  }

  @Test
  void apply_scale_movesAwayFromTheMiddleOrToIt() {
    double least = 5;
    double most = 5;
    for (int row = 0; row < 100; row++) {
      double[] middle = middle(distorted(augmentation(0, 0, 0.2, 0, 0), row, spot(15, 10)));
      assertEquals(10, middle[1], 0.05);
      least = Math.min(least, middle[0] - 10);
      most = Math.max(most, middle[0] - 10);
    }
    assertEquals(4, least, 0.15);
    assertEquals(6, most, 0.15);
  }

  @Test
  void apply_shear_movesToTheSideAsMuchAsItIsHigh() {
    double most = 0;
    for (int row = 0; row < 100; row++) {
      double[] middle = middle(distorted(augmentation(0, 0, 0, 0.4, 0), row, spot(10, 5)));
      assertEquals(5, middle[1], 0.2);
      most = Math.max(most, Math.abs(middle[0] - 10));
    }
    assertEquals(2, most, 0.15);
  }

  @Test
  void apply_elastic_movesSmoothlyAndDiffersFromPlaceToPlace() {
    double squares = 0;
    for (int row = 0; row < 200; row++) {
      double[] middle = middle(distorted(augmentation(0, 0, 0, 0, 10), row, spot(10, 10)));
      squares += (middle[0] - 10) * (middle[0] - 10);
    }
    // A draw in [-1, 1) has the variance 1/3; smoothing divides it by 4 pi sigma^2.
    assertEquals(Math.sqrt(100.0 / 3 / (4 * Math.PI * 9)), Math.sqrt(squares / 200), 0.12);
  }

  @ParameterizedTest
  @CsvSource({"1e9, 0", "0, 1e12"})
  void apply_placesFarAway_areBackground(double shift, double strength) {
    float[] result = distorted(augmentation(shift, 0, 0, 0, strength), 1, spot(10, 10));

    float[] background = new float[result.length];
    Arrays.fill(background, -1);
    assertArrayEquals(background, result);
  }

  @Test
  void apply_sameKey_isTheSameWhateverCameBefore() {
    Augmentation all = augmentation(2, 15, 0.1, 0.1, 8);
    Distortion used = new Distortion(all, IMAGE, -1);
    float[] result = new float[SIDE * SIDE];
    used.apply(key(7), spot(3, 3), result);
    used.apply(key(8), spot(12, 9), result);

    assertArrayEquals(distorted(all, 8, spot(12, 9)), result);
    assertFalse(Arrays.equals(distorted(all, 9, spot(12, 9)), result));
  }

  @Test
  void apply_severalChannels_movesAllAlike() {
    float[] image = Arrays.copyOf(spot(12, 9), 2 * SIDE * SIDE);
    System.arraycopy(image, 0, image, SIDE * SIDE, SIDE * SIDE);
    float[] result = new float[image.length];

    new Distortion(augmentation(2, 15, 0.1, 0.1, 8), new Shape.Image(2, SIDE, SIDE), -1)
        .apply(key(1), image, result);

    assertArrayEquals(
        Arrays.copyOf(result, SIDE * SIDE), Arrays.copyOfRange(result, SIDE * SIDE, image.length));
  }
}

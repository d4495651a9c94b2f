package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientLengthTest {
  private static final int ALL = 3 * Slicing.SLICE + 17;

  private static float[] gradient() {
    SplittableRandom random = new SplittableRandom(3);
    float[] gradient = new float[ALL];
    for (int i = 0; i < ALL; i++) {
      gradient[i] = random.nextFloat() - 0.5f;
    }
    return gradient;
  }

  /** The squares of {@code ranges} ranges, as equal as can be. */
  private static double sum(float[] gradient, int ranges) {
    List<Integer> borders = new ArrayList<>(List.of(0));
    List<double[]> squares = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      int from = borders.get(i);
      int to = (int) ((long) ALL * (i + 1) / ranges);
      squares.add(GradientLength.squares(Arrays.copyOfRange(gradient, from, to), from, ALL));
      borders.add(to);
    }
    return GradientLength.sum(squares, borders);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 64, ALL})
  void sum_ofAnyRanges_hasTheBitsOfTheWhole(int ranges) {
    float[] gradient = gradient();
    GradientClip clip = new GradientClip(1, ALL);
    clip.add(gradient, 0, ALL);

    assertEquals(clip.norm(7), GradientClip.norm(sum(gradient, ranges), 7));
  }

  @Test
  void sum_withAValueThatIsNoNumber_isNone() {
    float[] gradient = gradient();
    gradient[Slicing.SLICE] = Float.NaN;

    assertEquals(Double.NaN, sum(gradient, 3));
  }

  @Test
  void squares_ofARange_areOneForEachWholeSliceAndOneForEachOtherValue() {
    float[] range = new float[Slicing.SLICE + 5];
    Arrays.fill(range, 2);

    double[] squares = GradientLength.squares(range, Slicing.SLICE - 2, ALL);

    assertEquals(2 + 1 + 3, squares.length);
    assertEquals(4, squares[0]);
    assertEquals(4.0 * Slicing.SLICE, squares[2]);
  }

  @Test
  void sum_ofAnotherNumberOfSquares_isRefused() {
    assertEquals(
        "the values [0, 5) must have 5 sums of squares, but was 4",
        assertThrows(
                InvalidInputException.class,
                () -> GradientLength.sum(List.of(new double[4], new double[1]), List.of(0, 5, 9)))
            .getMessage());
  }
}

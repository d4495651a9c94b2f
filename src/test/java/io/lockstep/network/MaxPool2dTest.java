package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxPool2dTest {
  /** The NaN that x86 makes of 0 / 0 has its sign bit set, Java's constant has not. */
  private static final float NEGATIVE_NAN = Float.intBitsToFloat(0xffc00000);

  @Test
  void forward_usualWindow_picksTheLargestOfEachQuarter() {
    LayerRun run = pooled(2, 2, 0, 2, 4, -1, 2, -5, -3, 0.5f, 1, -4, -2);

    assertArrayEquals(new float[] {2, -2}, run.output);
  }

  @Test
  void inputGradient_usualWindow_goesToTheLargest() {
    LayerRun run = pooled(2, 2, 0, 2, 4, -1, 2, -5, -3, 0.5f, 1, -4, -2);
    run.outputGradient[0] = 10;
    run.outputGradient[1] = 20;

    run.computeInputGradient();

    assertArrayEquals(new float[] {0, 10, 0, 0, 0, 0, 0, 20}, run.inputGradient);
  }

  @Test
  void inputGradient_equalValues_goesToTheFirst() {
    for (int padding = 0; padding <= 1; padding++) {
      LayerRun run = pooled(2, 2, padding, 2, 2, 3, 3, 3, 3);
      for (int i = 0; i < run.outputGradient.length; i++) {
        run.outputGradient[i] = 1;
      }

      run.computeInputGradient();

      float[] expected = padding == 0 ? new float[] {1, 0, 0, 0} : new float[] {1, 1, 1, 1};
      assertArrayEquals(expected, run.inputGradient);
    }
  }

  @Test
  void inputGradient_overlappingWindows_addsUp() {
    LayerRun run = pooled(2, 1, 0, 2, 3, 0, 9, 0, 0, 0, 0);
    run.outputGradient[0] = 1;
    run.outputGradient[1] = 10;

    run.computeInputGradient();

    assertArrayEquals(new float[] {0, 11, 0, 0, 0, 0}, run.inputGradient);
  }

  @Test
  void forward_negativeValuesBesidePadding_neverPicksThePadding() {
    LayerRun run = pooled(2, 2, 1, 2, 2, -1, -2, -3, -4);

    assertArrayEquals(new float[] {-1, -2, -3, -4}, run.output);
  }

  @Test
  void windows_thatCoverTheImageOrNot_agreeOnManyValues() {
    SplittableRandom random = new SplittableRandom(3);
    float[] x = new float[8 * 8];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(-3, 4) * (random.nextInt(8) == 0 ? 1e30f : 1);
    }
    LayerRun covered = pooled(2, 2, 0, 8, 8, x);
    float[] wider = new float[8 * 9]; // the last column is in no window
    for (int row = 0; row < 8; row++) {
      System.arraycopy(x, row * 8, wider, row * 9, 8);
    }
    LayerRun open = pooled(2, 2, 0, 8, 9, wider);
    for (int i = 0; i < covered.output.length; i++) {
      covered.outputGradient[i] = i + 1;
      open.outputGradient[i] = i + 1;
    }
    covered.computeInputGradient();
    open.computeInputGradient();

    assertArrayEquals(open.output, covered.output);
    for (int i = 0; i < wider.length; i++) {
      float expected = i % 9 == 8 ? 0 : covered.inputGradient[i / 9 * 8 + i % 9];
      assertEquals(expected, open.inputGradient[i], "pixel " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void forward_notANumberInTheWindow_wins(int position) {
    for (float nan : new float[] {Float.NaN, NEGATIVE_NAN}) {
      float[] quarter = {Float.POSITIVE_INFINITY, -1, 5, 7};
      quarter[position] = nan;

      assertTrue(Float.isNaN(pooled(2, 2, 0, 2, 2, quarter).output[0]));

      float[] odd = {quarter[0], quarter[1], 0, quarter[2], quarter[3], 0};
      assertTrue(Float.isNaN(pooled(2, 2, 0, 2, 3, odd).output[0]));
    }
  }

  @Test
  void padding_overHalfTheKernel_isRejected() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> new MaxPool2d(3, 1, 2).on(new Shape.Image(1, 4, 4)));

    assertEquals(
        "maxPool2d padding must be at most half the kernel of 3, but was 2", e.getMessage());
  }

  private static LayerRun pooled(
      int kernel, int stride, int padding, int height, int width, float... x) {
    LayerRun run =
        new LayerRun(
            new MaxPool2d(kernel, stride, padding).on(new Shape.Image(1, height, width)), 1);
    run.fill(x, new float[0]);
    run.forward();
    return run;
  }
}

package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GradientClipTest {
  @Test
  void norm_ofASumOverExamples_isThatOfTheMean() {
    GradientClip clip = new GradientClip(1, 2);

    clip.add(new float[] {12, -16}, 0, 2);

    assertEquals(5, clip.norm(4));
  }

  @Test
  void scale_longerThanTheLimit_hasTheLengthOfPyTorchs() {
    float[] sum = {12, -16}; // of 4 examples: the mean is 5 long
    GradientClip clip = new GradientClip(2, 2);
    clip.add(sum, 0, 2);

    clip.scale(clip.norm(4), sum, 0, 2);

    float factor = (float) (2 / (5 + 1e-6));
    assertArrayEquals(new float[] {12 * factor, -16 * factor}, sum);
  }

  @Test
  void scale_notLongerThanTheLimit_leavesEveryBit() {
    float[] sum = {12, -16};
    GradientClip clip = new GradientClip(5.1, 2);
    clip.add(sum, 0, 2);

    clip.scale(clip.norm(4), sum, 0, 2);

    assertArrayEquals(new float[] {12, -16}, sum);
  }

  @Test
  void norm_ofAnotherStep_forgetsTheOneBefore() {
    GradientClip clip = new GradientClip(1, 2);
    clip.add(new float[] {3, 4}, 0, 2);
    clip.add(new float[] {0, 1}, 0, 2);

    assertEquals(1, clip.norm(1));
  }

  @Test
  void norm_inAnySlicing_hasTheSameBits() {
    int length = 3 * Slicing.SLICE + 17;
    SplittableRandom random = new SplittableRandom(3);
    float[] sum = new float[length];
    for (int i = 0; i < length; i++) {
      sum[i] = random.nextFloat() - 0.5f;
    }
    GradientClip whole = new GradientClip(1, length);
    GradientClip sliced = new GradientClip(1, length);
    GradientClip backwards = new GradientClip(1, length);

    Slicing.WHOLE.run(length, (from, to) -> whole.add(sum, from, to));
    Slicing.ALONE.run(length, (from, to) -> sliced.add(sum, from, to));
    for (int slice = Slicing.slices(length) - 1; slice >= 0; slice--) {
      Slicing.runSlice(slice, length, (from, to) -> backwards.add(sum, from, to));
    }

    assertEquals(whole.norm(7), sliced.norm(7));
    assertEquals(whole.norm(7), backwards.norm(7));
  }
}

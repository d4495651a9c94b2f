package io.lockstep.training;

import static io.lockstep.training.GradientFormat.BF16;
import static io.lockstep.training.GradientFormat.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Dealer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientFormatTest {
  private static float bf16(int upperHalf) {
    return Float.intBitsToFloat(upperHalf << 16);
  }

  private static void assertBits(float expected, float actual) {
    assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual));
  }

  @Test
  void round_eachBf16_isItself() {
    for (int upper = 0; upper <= 0xFFFF; upper++) {
      float value = bf16(upper);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(BF16.round(value)));
      } else {
        assertBits(value, BF16.round(value));
      }
    }
  }

  /** Subnormals too; the last finite one is followed by infinity. */
  @Test
  void round_betweenEachTwoNeighbours_isTheNearerOrTheEvenOne() {
    for (int upper = 0; upper < 0x7F80; upper++) {
      int half = (upper << 16) + 0x8000;
      float even = bf16(upper + upper % 2);
      for (int sign : new int[] {0, 1 << 31}) {
        float down = Float.intBitsToFloat((upper << 16) | sign);
        float up = Float.intBitsToFloat(((upper + 1) << 16) | sign);
        assertBits(down, BF16.round(Float.intBitsToFloat((upper << 16) | 1 | sign)));
        assertBits(down, BF16.round(Float.intBitsToFloat((half - 1) | sign)));
        assertBits(Math.copySign(even, down), BF16.round(Float.intBitsToFloat(half | sign)));
        assertBits(up, BF16.round(Float.intBitsToFloat((half + 1) | sign)));
        assertBits(up, BF16.round(Float.intBitsToFloat(half | 0x7FFF | sign)));
      }
    }
  }

  /** Against a rounding that knows nothing of bits. */
  @ParameterizedTest
  @ValueSource(floats = {0x1.01p0f, 0x1.03p0f, 0.1f, 3.1415927f, 1e-40f, 257, 258, 259})
  void round_ofAValue_isNoFartherThanItsNeighbours(float value) {
    float rounded = BF16.round(value);
    int upper = Float.floatToRawIntBits(rounded) >>> 16;

    assertTrue(distance(value, rounded) <= distance(value, bf16(upper - 1)));
    assertTrue(distance(value, rounded) <= distance(value, bf16(upper + 1)));
  }

  private static double distance(float a, float b) {
    return new BigDecimal(a).subtract(new BigDecimal(b)).abs().doubleValue();
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity",
    "3.4028235e38, Infinity",
    "3.3895314e38, 3.3895314e38",
    "-0.0, -0.0",
    "1e-45, 0.0",
    "-1e-45, -0.0"
  })
  void round_atTheEnds_isWhatIsThere(float value, float expected) {
    assertBits(expected, BF16.round(value));
  }

  /** One whose upper half alone would be an infinity. */
  @Test
  void round_whatIsNoNumberInItsLastBitAlone_staysNone() {
    assertTrue(Float.isNaN(BF16.round(Float.intBitsToFloat(0x7F800001))));
    assertTrue(Float.isNaN(BF16.round(Float.intBitsToFloat(0xFFFFFFFF))));
  }

  @Test
  void round_toFloat32_isTheSame() {
    assertBits(0.1f, FLOAT32.round(0.1f));
  }

  @Test
  void rounding_ofAVectorWithStatistics_leavesThoseAsTheyAre() {
    Network network = Network.of(Networks.vector(1).batchNorm1d().dense(2).spec());
    float[] sum = new float[8];
    Arrays.fill(sum, 0.1f);

    new GradientRounding(BF16, new RunningStatistics(network, 0, 8)).round(sum, 1, 7);

    float rounded = BF16.round(0.1f);
    assertArrayEquals(
        new float[] {0.1f, rounded, 0.1f, 0.1f, rounded, rounded, rounded, 0.1f}, sum);
  }

  @Test
  void worker_withBf16_reportsRoundedSumsOfRoundedShards() {
    Network network = Runs.smallCnn();
    TrainingConfig config = Runs.config("shards = 2, gradients = bf16", 1, 48);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Work work = new Work(1, Work.Kind.GRADIENT, 1, 0, Runs.weights(network));
    float[] both = gradient(plan, work);
    RunPlan exact = Runs.plan(network, Runs.config("shards = 2", 1, 48), Runs.TRAIN.rows());
    float[] unrounded = gradient(exact, work);

    int differing = 0;
    for (int i = 0; i < both.length; i++) {
      assertBits(BF16.round(both[i]), both[i]);
      differing += both[i] == unrounded[i] ? 0 : 1;
      assertEquals(unrounded[i], both[i], 0.02 * Math.abs(unrounded[i]) + 0.05);
    }
    assertTrue(differing > both.length / 2, differing + " differ");
  }

  private static float[] gradient(RunPlan plan, Work work) {
    List<RangeSum> sums = new ShardWorker(plan, Dealer.group(Runs.TRAIN, Runs.TEST, 2)).run(work);
    return ((GradientSum) sums.get(0).sum()).gradient();
  }
}

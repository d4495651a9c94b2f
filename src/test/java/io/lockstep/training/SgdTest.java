package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SgdTest {
  private static final RunStep STEP = new RunStep(1, 1, 1);

  /** Three steps each; {@code optimizers.py} beside the file made them. */
  static Stream<Named<Config>> cases() {
    return GoldenJson.read("optimizers.json").getConfigList("cases").stream()
        .map(golden -> Named.of(golden.getString("name"), golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void step_threeTimes_givesPyTorchsWeights(Config golden) {
    OptimizerConfig config =
        new Sgd(
            golden.getDouble("learningRate"),
            golden.getDouble("momentum"),
            golden.getBoolean("nesterov"),
            golden.getDouble("weightDecay"));
    float[] weights = floats(golden.getDoubleList("weights"));
    Optimizer optimizer = config.newOptimizer(weights.length);

    for (int step = 0; step < 3; step++) {
      int examples = 4; // a power of two: the division is exact
      float[] gradientSum = floats(doubles(golden, "gradients", step));
      for (int i = 0; i < gradientSum.length; i++) {
        gradientSum[i] *= examples;
      }
      optimizer.step(
          weights,
          gradientSum,
          examples,
          config.learningRate(),
          new RunStep(step + 1, 3, 3),
          0,
          weights.length);

      float[] expected = floats(doubles(golden, "after", step));
      for (int i = 0; i < weights.length; i++) {
        assertEquals(expected[i], weights[i], 2e-6f * Math.max(1, Math.abs(expected[i])));
      }
    }
  }

  @Test
  void step_sumOverManyExamples_dividesByThem() {
    float[] weights = {1, 2};

    new Sgd(0.5, 0, false, 0)
        .newOptimizer(2)
        .step(weights, new float[] {10, -20}, 10, 0.5, STEP, 0, 2);

    assertArrayEquals(new float[] {0.5f, 3}, weights);
  }

  @Test
  void step_learningRateOfTheStep_isUsedNotThatOfTheConfiguration() {
    float[] weights = {1};

    new Sgd(0.5, 0, false, 0).newOptimizer(1).step(weights, new float[] {1}, 1, 0.25, STEP, 0, 1);

    assertArrayEquals(new float[] {0.75f}, weights);
  }

  @Test
  void step_inSlicesInAnyOrder_hasTheSameBits() {
    SplittableRandom random = new SplittableRandom(8);
    int length = 1000;
    for (Sgd config :
        List.of(
            new Sgd(0.1, 0, false, 0),
            new Sgd(0.1, 0.9, false, 0.01),
            new Sgd(0.1, 0.9, true, 0.01))) {
      Optimizer whole = config.newOptimizer(length);
      Optimizer sliced = config.newOptimizer(length);
      float[] weights = new float[length];
      float[] slicedWeights = new float[length];
      for (int step = 0; step < 3; step++) {
        float[] sum = new float[length];
        for (int i = 0; i < length; i++) {
          sum[i] = random.nextFloat() - 0.5f;
        }
        float[] sameSum = sum.clone();
        whole.step(weights, sum, 7, 0.1, STEP, 0, length);
        sliced.step(slicedWeights, sameSum, 7, 0.1, STEP, 600, length);
        sliced.step(slicedWeights, sameSum, 7, 0.1, STEP, 0, 333);
        sliced.step(slicedWeights, sameSum, 7, 0.1, STEP, 333, 600);
      }

      assertArrayEquals(weights, slicedWeights);
    }
  }

  private static List<Double> doubles(Config golden, String key, int step) {
    return golden.getList(key).get(step).atKey("v").getDoubleList("v");
  }

  private static float[] floats(List<Double> values) {
    float[] result = new float[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i).floatValue();
    }
    return result;
  }
}

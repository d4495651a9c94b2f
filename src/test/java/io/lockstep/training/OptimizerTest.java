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

class OptimizerTest {
  private static final RunStep STEP = new RunStep(1, 1, 1);

  /** Five steps each; {@code optimizers.py} beside the file made them. */
  static Stream<Named<Config>> cases() {
    return GoldenJson.read("optimizers.json").getConfigList("cases").stream()
        .map(golden -> Named.of(golden.getString("name"), golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void step_severalTimes_givesPyTorchsWeights(Config golden) {
    OptimizerConfig config =
        OptimizerConfig.of(golden.getObject("optimizer"), golden.getString("name"));
    float[] weights = floats(golden.getDoubleList("weights"));
    Optimizer optimizer = config.newOptimizer(weights.length);

    int steps = golden.getList("gradients").size();
    for (int step = 0; step < steps; step++) {
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
          new RunStep(step + 1, steps, steps),
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
    for (OptimizerConfig config :
        List.of(
            new Sgd(0.1, 0, false, 0),
            new Sgd(0.1, 0.9, false, 0.01),
            new Sgd(0.1, 0.9, true, 0.01),
            new Adam(0.1, 0.9, 0.99, 1e-8, 0.01),
            new AdamW(0.1, 0.9, 0.99, 1e-8, 0.01))) {
      Optimizer whole = config.newOptimizer(length);
      Optimizer sliced = config.newOptimizer(length);
      float[] weights = new float[length];
      float[] slicedWeights = new float[length];
      for (int step = 1; step <= 3; step++) {
        RunStep at = new RunStep(step, 3, 3);
        float[] sum = new float[length];
        for (int i = 0; i < length; i++) {
          sum[i] = random.nextFloat() - 0.5f;
        }
        float[] sameSum = sum.clone();
        whole.step(weights, sum, 7, 0.1, at, 0, length);
        sliced.step(slicedWeights, sameSum, 7, 0.1, at, 600, length);
        sliced.step(slicedWeights, sameSum, 7, 0.1, at, 0, 333);
        sliced.step(slicedWeights, sameSum, 7, 0.1, at, 333, 600);
      }

      assertArrayEquals(weights, slicedWeights, config.toString());
      for (int i = 0; i < whole.state().size(); i++) {
        assertArrayEquals(whole.state().get(i).values(), sliced.state().get(i).values());
      }
    }
  }

  @Test
  void adamStep_weightWithoutGradient_staysWhatItIs() {
    float[] weights = {3, 3};

    Adam.DEFAULTS.newOptimizer(2).step(weights, new float[] {0, 1}, 1, 0.5, STEP, 0, 2);

    assertArrayEquals(new float[] {3, 2.5f}, weights, 1e-6f); // the first step is the rate's length
  }

  @Test
  void state_ofEachKind_namesWhatItRemembers() {
    assertEquals(List.of(), names(new Sgd(0.1, 0, false, 0)));
    assertEquals(List.of("velocity"), names(new Sgd(0.1, 0.9, false, 0)));
    assertEquals(List.of("firstMoment", "secondMoment"), names(Adam.DEFAULTS));
    assertEquals(List.of("firstMoment", "secondMoment"), names(AdamW.DEFAULTS));
  }

  private static List<String> names(OptimizerConfig config) {
    return config.newOptimizer(1).state().stream().map(StateTensor::name).toList();
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

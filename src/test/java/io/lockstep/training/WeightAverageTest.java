package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  private static final Sgd SGD = new Sgd(0.5, 0.9, false, 0);

  @Test
  void step_firstAndLater_averagesFromTheWeightsAfterTheFirst() {
    WeightAverage average = new WeightAverage(new Sgd(1, 0, false, 0).newOptimizer(1), 0.75, 1, 1);
    float[] weights = {8};

    average.step(weights, new float[] {4}, 1, 1, new RunStep(1, 3, 3), 0, 1);
    assertArrayEquals(new float[] {4}, average.kept(weights));
    average.step(weights, new float[] {4}, 1, 1, new RunStep(2, 3, 3), 0, 1);
    assertArrayEquals(new float[] {3}, average.kept(weights)); // 0.75 * 4 + 0.25 * 0
    average.step(weights, new float[] {-7}, 1, 1, new RunStep(3, 3, 3), 0, 1);
    assertArrayEquals(new float[] {4}, average.kept(weights)); // 0.75 * 3 + 0.25 * 7
    assertArrayEquals(new float[] {7}, weights);
  }

  @Test
  void step_inSlicesInAnyOrder_hasTheSameBits() {
    WeightAverage whole = new WeightAverage(SGD.newOptimizer(3), 0.9, 1, 3);
    WeightAverage sliced = new WeightAverage(SGD.newOptimizer(3), 0.9, 1, 3);
    float[] weights = {0.1f, 0.2f, 0.3f};
    float[] slicedWeights = weights.clone();

    for (int number = 1; number <= 3; number++) {
      RunStep step = new RunStep(number, 3, 3);
      whole.step(weights, new float[] {1, -2, number}, 7, 0.1, step, 0, 3);
      float[] sum = {1, -2, number};
      sliced.step(slicedWeights, sum, 7, 0.1, step, 1, 3);
      sliced.step(slicedWeights, sum, 7, 0.1, step, 0, 1);
    }

    assertArrayEquals(whole.kept(weights), sliced.kept(slicedWeights));
  }

  @Test
  void state_ofAnAverage_isTheOptimizersAndItself() {
    WeightAverage average = new WeightAverage(SGD.newOptimizer(1), 0.9, 1, 1);

    assertEquals(
        List.of("velocity", "average"), average.state().stream().map(StateTensor::name).toList());
    assertSame(average.kept(new float[1]), average.state().get(1).values());
  }
}

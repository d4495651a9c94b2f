package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightUpdateTest {
  private static final Network NETWORK =
      Network.of(Networks.vector(3).dense(4).batchNorm1d().relu().dense(2).spec());
  private static final float[] WEIGHTS = Initializer.Scheme.DEFAULTS.draw(NETWORK, new Seeds(4));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer { sgd {} }",
        "optimizer { sgd { momentum = 0.9, nesterov = true, weightDecay = 0.01 } }",
        "optimizer { adam {} }",
        "optimizer { adam {} }, clipNorm = 0.1",
        "optimizer { adamw {} }, averageWeights = 0.9, schedule { oneCycle {} }"
      })
  void step_ofRangesHeldApart_hasTheBitsOfTheWhole(String settings) {
    TrainingConfig config = TrainingConfig.of(Settings.of(ConfigFactory.parseString(settings)));
    WeightUpdate whole = new WeightUpdate(config, NETWORK, WEIGHTS.clone(), 0);
    int[] ends = {0, 7, 17, 18, 34, WEIGHTS.length};
    List<WeightUpdate> parts =
        IntStream.range(1, ends.length)
            .mapToObj(
                i ->
                    new WeightUpdate(
                        config,
                        NETWORK,
                        Arrays.copyOfRange(WEIGHTS, ends[i - 1], ends[i]),
                        ends[i - 1]))
            .toList();

    Random random = new Random(3);
    for (int number = 1; number <= 4; number++) {
      RunStep step = new RunStep(number, 10, 5);
      float[] left = gradient(random);
      float[] right = gradient(random);
      List<ShardTree.GradientRoot> roots = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        roots.add(root(left, right, ends[i], ends[i + 1]));
      }
      step(parts, roots, step, Arrays.stream(ends).boxed().toList());
      whole.step(root(left, right, 0, WEIGHTS.length), step, Slicing.WHOLE);
    }

    for (int i = 0; i < parts.size(); i++) {
      for (int vector = 0; vector < whole.vectors().size(); vector++) {
        assertArrayEquals(
            Arrays.copyOfRange(whole.vectors().get(vector), ends[i], ends[i + 1]),
            parts.get(i).vectors().get(vector));
      }
    }
    assertEquals(1 + whole.state().size(), whole.vectors().size());
  }

  private static void step(
      List<WeightUpdate> parts,
      List<ShardTree.GradientRoot> roots,
      RunStep step,
      List<Integer> ends) {
    List<double[]> squares = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).clips()) {
        squares.add(parts.get(i).addUp(roots.get(i), Slicing.ALONE));
      } else {
        parts.get(i).step(roots.get(i), step, Slicing.ALONE);
      }
    }
    for (int i = 0; i < squares.size(); i++) {
      double sum = GradientLength.sum(squares, ends);
      assertTrue(parts.get(i).finishStep(roots.get(i), sum, step, Slicing.ALONE));
    }
  }

  private static float[] gradient(Random random) {
    float[] gradient = new float[WEIGHTS.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) random.nextGaussian();
    }
    return gradient;
  }

  private static ShardTree.GradientRoot root(float[] left, float[] right, int from, int to) {
    return ShardTree.gradientRoot(
        2,
        List.of(new RangeSum(0, 1, sum(left, from, to)), new RangeSum(1, 1, sum(right, from, to))));
  }

  private static GradientSum sum(float[] gradient, int from, int to) {
    return new GradientSum(Arrays.copyOfRange(gradient, from, to), 0.5, 1, 3, 3);
  }
}

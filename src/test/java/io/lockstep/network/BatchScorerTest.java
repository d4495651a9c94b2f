package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import io.lockstep.lanes.Lanes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchScorerTest {
  private static TrainedNetwork model(String network) {
    Network bound = TestNetworks.of(network);
    return new TrainedNetwork(
        bound,
        new Normalization(0.1307, 0.3081),
        Initializer.Scheme.DEFAULTS.draw(bound, new Seeds(1)));
  }

  private static float[][] examples(int count, int size) {
    SplittableRandom random = new SplittableRandom(5);
    float[][] examples = new float[count][size];
    for (float[] example : examples) {
      for (int i = 0; i < size; i++) {
        example[i] = (float) random.nextDouble();
      }
    }
    return examples;
  }

  @ParameterizedTest
  @ValueSource(strings = {TestNetworks.CNN, TestNetworks.MLP})
  void logits_anyNeighbours_haveTheSameBits(String network) {
    TrainedNetwork model = model(network);
    BatchScorer scorer = model.newScorer();
    float[][] examples = examples(scorer.width(), model.network().inputSize());
    for (float[] example : examples) {
      scorer.add(example);
    }
    scorer.score();
    float[][] together = new float[examples.length][];
    for (int i = 0; i < examples.length; i++) {
      together[i] = scorer.logits(i);
    }

    for (int i = 0; i < examples.length; i++) {
      scorer.clear();
      scorer.add(examples[i]);
      scorer.score();
      assertArrayEquals(together[i], scorer.logits(0));
    }
  }

  @Test
  void logits_ofOneExample_areTheNetworks() {
    TrainedNetwork model = model(TestNetworks.CNN);
    float[] example = examples(1, model.network().inputSize())[0];
    Workspace workspace = model.network().newWorkspace(1);
    for (int i = 0; i < example.length; i++) {
      workspace.input().set(i, 0, model.normalization().apply(example[i]));
    }
    Lanes expected = model.network().logits(model.weights(), workspace);
    BatchScorer scorer = model.newScorer();
    scorer.add(example);
    scorer.score();

    for (int k = 0; k < expected.size(); k++) {
      assertEquals(expected.get(k, 0), scorer.logits(0)[k]);
    }
    assertEquals(SoftmaxCrossEntropy.prediction(expected, 0), scorer.prediction(0));
    assertEquals(SoftmaxCrossEntropy.loss(expected, 0, 2), scorer.loss(0, 2));
  }

  @Test
  void probabilities_ofBytes_areThoseOfTheFloatsTheyMean() {
    TrainedNetwork model = model(TestNetworks.CNN);
    byte[] bytes = new byte[model.network().inputSize()];
    float[] floats = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 256);
      floats[i] = (i % 256) / 255f;
    }

    assertArrayEquals(model.probabilities(floats), model.probabilities(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {TestNetworks.CNN, TestNetworks.MLP})
  void logits_ofManyExamplesOfBytes_areThoseOfTheFloatsTheyMean(String network) {
    TrainedNetwork model = model(network);
    BatchScorer ofBytes = Ensemble.of(model).newScorer();
    BatchScorer ofFloats = Ensemble.of(model).newScorer();
    int size = model.network().inputSize();
    SplittableRandom random = new SplittableRandom(6);
    for (int batch = 0; batch < 2; batch++) {
      ofBytes.clear();
      ofFloats.clear();
      for (int example = 0; example < ofBytes.width() - 3 * batch; example++) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
          floats[i] = (bytes[i] & 0xff) / 255f;
        }
        ofBytes.add(bytes);
        ofFloats.add(floats);
      }
      ofBytes.score();
      ofFloats.score();

      for (int example = 0; example < ofBytes.examples(); example++) {
        assertArrayEquals(ofFloats.logits(example), ofBytes.logits(example));
      }
    }
  }

  @Test
  void lossAndProbabilities_askedInAnyOrder_areThoseOfTheExampleAndTheBatch() {
    TrainedNetwork model = model(TestNetworks.MLP);
    BatchScorer scorer = model.newScorer();
    float[][] examples = examples(4, model.network().inputSize());
    for (int batch = 0; batch < examples.length; batch += 2) {
      scorer.clear();
      scorer.add(examples[batch]);
      scorer.add(examples[batch + 1]);
      scorer.score();

      for (int example : new int[] {1, 0, 0, 1}) {
        double[] expected = model.probabilities(examples[batch + example]);
        assertArrayEquals(expected, scorer.probabilities(example));
        assertEquals(-Math.log(expected[1]), scorer.loss(example, 1), 1e-12);
      }
    }
  }

  @Test
  void add_bytesToABatchOfFloats_isRefusedUntilItIsCleared() {
    TrainedNetwork model = model(TestNetworks.MLP);
    int size = model.network().inputSize();
    BatchScorer scorer = model.newScorer();
    scorer.add(new float[size]);

    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> scorer.add(new byte[size]));

    assertEquals("a batch is of bytes or of floats: call score and clear", refusal.getMessage());
    scorer.clear();
    scorer.add(new byte[size]);
    assertEquals(1, scorer.examples());
  }

  @Test
  void width_networkWhoseSharesMustBeWhole_isWhatStaysInTheCache() {
    Network network =
        Network.of(
            Networks.image(1, 28, 28).conv2d(64, 5).batchNorm2d().relu().flatten().dense(2).spec());
    TrainedNetwork model =
        new TrainedNetwork(
            network, Normalization.NONE, Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)));

    assertTrue(model.network().needsWholeShares());
    assertEquals(Workspace.cachedWidth(model.network()), model.newScorer().width());
  }

  @Test
  void add_moreThanTheWidth_isRefused() {
    TrainedNetwork model = model(TestNetworks.MLP);
    float[] example = new float[model.network().inputSize()];
    BatchScorer scorer = model.newScorer();
    for (int i = 0; i < scorer.width(); i++) {
      scorer.add(example);
    }

    assertEquals(
        "the batch is full: call score and clear",
        assertThrows(IllegalStateException.class, () -> scorer.add(example)).getMessage());
  }

  @Test
  void probabilities_ofAnotherSize_areRefused() {
    TrainedNetwork model = model(TestNetworks.CNN);

    assertEquals(
        "An example must have 144 values, a 1 x 12 x 12 image, but has 3.",
        assertThrows(InvalidInputException.class, () -> model.probabilities(new float[3]))
            .getMessage());
  }
}

package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final float[][] EXAMPLES = {
    {0.1f, 0.9f, 0.3f}, {0.7f, 0.2f, 0.6f}, {0.5f, 0.5f, 0.5f}
  };

  private static TrainedNetwork model(NetworkSpec spec, int seed, Normalization normalization) {
    Network network = Network.of(spec);
    return new TrainedNetwork(
        network,
        normalization,
        new Initializer.Scheme(new StandardNormal(), new StandardNormal())
            .draw(network, new Seeds(seed)));
  }

  private final TrainedNetwork one =
      model(Networks.vector(3).dense(4).spec(), 1, Normalization.NONE);
  private final TrainedNetwork two =
      model(Networks.vector(3).dense(5).tanh().dense(4).spec(), 2, new Normalization(0.5, 0.2));

  private static BatchScorer scored(Ensemble ensemble) {
    BatchScorer scorer = ensemble.newScorer();
    for (float[] example : EXAMPLES) {
      scorer.add(example);
    }
    scorer.score();
    return scorer;
  }

  @Test
  void probabilities_ofSeveral_areTheirMean() {
    BatchScorer both = scored(new Ensemble(List.of(one, two)));

    for (int example = 0; example < EXAMPLES.length; example++) {
      double[] first = one.probabilities(EXAMPLES[example]);
      double[] second = two.probabilities(EXAMPLES[example]);
      double[] actual = both.probabilities(example);
      int best = 0;
      for (int k = 0; k < 4; k++) {
        assertEquals((first[k] + second[k]) / 2, actual[k]);
        assertEquals(-Math.log(actual[k]), both.loss(example, k), 1e-12);
        assertEquals(Math.log(actual[k]), both.logits(example)[k], 1e-6);
        best = actual[k] > actual[best] ? k : best;
      }
      assertEquals(best, both.prediction(example));
    }
  }

  @Test
  void probabilities_ofOneTwice_areItsOwn() {
    BatchScorer twice = scored(new Ensemble(List.of(one, one)));

    assertArrayEquals(one.probabilities(EXAMPLES[1]), twice.probabilities(1));
  }

  @Test
  void answers_ofOne_areThoseOfTheNetwork() {
    BatchScorer alone = scored(Ensemble.of(two));

    assertArrayEquals(two.probabilities(EXAMPLES[2]), alone.probabilities(2));
    assertArrayEquals(two.scored(EXAMPLES[2]).logits(0), alone.logits(2));
  }

  @Test
  void ensemble_ofOtherClasses_isRefused() {
    TrainedNetwork three = model(Networks.vector(3).dense(3).spec(), 3, Normalization.NONE);

    assertRefused(
        "Models whose probabilities are averaged must have the same number of classes, but model"
            + " 1 has 4 and model 3 has 3. Leave one of them out.",
        one,
        two,
        three);
  }

  @Test
  void ensemble_ofOtherInputs_isRefused() {
    TrainedNetwork image =
        model(Networks.image(1, 1, 3).flatten().dense(4).spec(), 3, Normalization.NONE);

    assertRefused(
        "Models whose probabilities are averaged must have the same input, but model 1 has a vector of"
            + " 3 and model 2 has a 1 x 1 x 3 image. Leave one of them out.",
        one,
        image);
  }

  @Test
  void ensemble_ofNone_isRefused() {
    assertRefused("An ensemble must have at least one model, but has none.");
  }

  private static void assertRefused(String message, TrainedNetwork... models) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> new Ensemble(List.of(models)));

    assertEquals(message, e.getMessage());
  }
}

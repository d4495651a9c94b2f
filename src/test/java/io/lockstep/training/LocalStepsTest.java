package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.network.Dense;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalStepsTest {
  private static final int ROWS = 95;
  private static final Network NETWORK =
      Network.of(
          new NetworkSpec(
              new Shape.Image(1, 28, 28),
              List.of(new Flatten(), new Dense(12), new Relu(), new Dense(10))));
  private static final String SGD =
      "shuffle = false, optimizer {sgd {learningRate = 0.1, weightDecay = 0.01}}, ";

  private static TrainingConfig config(String hocon) {
    return TrainingConfig.of(Settings.of(ConfigFactory.parseString(hocon).root(), "training"));
  }

  private static float[] firstWeights() {
    return Initializer.Scheme.DEFAULTS.draw(NETWORK, new Seeds(3));
  }

  private static TrainingResult train(
      TrainingConfig config,
      float[] weights,
      ShardGroup rows,
      OptionalLong maxSteps,
      TrainingListener listener) {
    long count = rows.splits().get(Split.TRAIN).stream().mapToLong(Shard::rows).sum();
    RunPlan plan = RunPlan.of(NETWORK, Normalization.NONE, config, count);
    TrainingSession session = new TrainingSession(config, plan, weights, false, maxSteps, listener);
    return LocalTrainer.train(session, plan, rows);
  }

  private static ShardGroup digits(int shards) {
    LabeledImages train = Digits.draw(Split.TRAIN, ROWS);
    return Dealer.group(train, Digits.draw(Split.TEST, 30), shards);
  }

  /** One shard's rows as a run of their own. */
  private static ShardGroup alone(ShardGroup all, int number) {
    Shard train = all.shard(Split.TRAIN, number);
    Shard test = all.shard(Split.TEST, number);
    return new ShardGroup(
        0,
        Map.of(
            Split.TRAIN, List.of(new Shard(0, train.features(), train.labels())),
            Split.TEST, List.of(new Shard(0, test.features(), test.labels()))));
  }

  private static float[] weights(String hocon, float[] start, ShardGroup rows) {
    return train(config(hocon), start, rows, OptionalLong.empty(), TrainingListener.NONE).weights();
  }

  @ParameterizedTest
  @CsvSource({"off", "0.05"})
  void round_twoShards_isTheMeanOfBothAloneByTheirRows(String clipNorm) {
    String clip = SGD + "clipNorm = " + clipNorm + ", epochs = 1, ";
    ShardGroup all = digits(2);
    double[] sum = new double[NETWORK.parameterCount()];
    for (int shard = 0; shard < 2; shard++) {
      ShardGroup own = alone(all, shard);
      float[] weights = weights(clip + "shards = 1, batchSize = 16", firstWeights(), own);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (double) own.shard(Split.TRAIN, 0).rows() * weights[i];
      }
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / ROWS);
    }

    String together = clip + "shards = 2, batchSize = 32, averageEvery = 100";
    assertArrayEquals(mean, weights(together, firstWeights(), all), 1e-6f);
  }

  @Test
  void round_oneShard_isPlainSgd() {
    String plain = SGD + "schedule {cosine {}}, epochs = 2, shards = 1, batchSize = 20";

    assertArrayEquals(
        weights(plain, firstWeights(), digits(1)),
        weights(plain + ", averageEvery = 3", firstWeights(), digits(1)),
        1e-6f);
  }

  @Test
  void round_momentum_beginsAnew() {
    String momentum =
        "shuffle = false, optimizer {sgd {learningRate = 0.1, momentum = 0.9}}, shards = 1,"
            + " batchSize = 20, ";
    float[] afterOne = weights(momentum + "epochs = 1", firstWeights(), digits(1));

    assertArrayEquals(
        weights(momentum + "epochs = 1", afterOne.clone(), digits(1)),
        weights(momentum + "epochs = 2, averageEvery = 100", firstWeights(), digits(1)),
        1e-6f);
  }

  @Test
  void averageWeights_firstRound_keepsItsWeights() {
    String round = SGD + "epochs = 1, shards = 2, batchSize = 20, averageEvery = 100";

    assertArrayEquals(
        weights(round, firstWeights(), digits(2)),
        weights(round + ", averageWeights = 0.9", firstWeights(), digits(2)));
  }

  @ParameterizedTest
  @CsvSource({
    "100, '2 40, 4 40, 5 15, 7 40, 9 40, 10 15'",
    "3, '2 40, 4 40'",
    "5, '2 40, 4 40, 5 15'"
  })
  void onStep_rounds_areToldWithTheirLastStepAndAllTheirExamples(long maxSteps, String expected) {
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            told.add(report.step() + " " + report.examples());
          }
        };
    TrainingConfig config =
        config(SGD + "epochs = 2, shards = 2, batchSize = 20, averageEvery = 2");

    train(config, firstWeights(), digits(2), OptionalLong.of(maxSteps), listener);

    assertEquals(expected, String.join(", ", told));
  }

  @ParameterizedTest
  @CsvSource({"off", "1"})
  void round_thatDiverges_endsTheRunAndSaysWhere(String clipNorm) {
    String wild =
        "optimizer {sgd {learningRate = 1e30, weightDecay = 1}}, shards = 2, batchSize = 20,"
            + " averageEvery = 4, clipNorm = "
            + clipNorm;
    ShardGroup rows = digits(2);

    String message =
        assertThrows(TrainingDivergedException.class, () -> weights(wild, firstWeights(), rows))
            .getMessage();

    assertTrue(message.startsWith("Loss became "), message);
    assertTrue(message.contains(" at epoch 1, step 4. Lower the learning rate"), message);
  }
}

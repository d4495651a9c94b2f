package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Dealer;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTrainerTest {
  private final Network network = Runs.smallCnn();

  @Test
  void train_sameSeedTwice_givesTheSameBits() {
    TrainingConfig config = Runs.config(2, 32, 4);

    TrainingResult first = train(config, TrainingListener.NONE);
    TrainingResult second = train(config, TrainingListener.NONE);

    assertArrayEquals(first.weights(), second.weights());
    assertEquals(first.test().lossSum(), second.test().lossSum());
    assertEquals(10, first.steps()); // 2 epochs of ceil(150 / 32)
  }

  @Test
  void train_labelsSmoothed_smoothsTheTestLossNot() {
    Runs.Told plain = new Runs.Told();
    Runs.Told smoothed = new Runs.Told();
    train(Runs.config("shuffle = false, optimizer {sgd {learningRate = 1e-30}}", 1, 1000), plain);
    train(
        Runs.config(
            "shuffle = false, optimizer {sgd {learningRate = 1e-30}}, labelSmoothing = 0.5",
            1,
            1000),
        smoothed);

    assertEquals(
        plain.epochs.get(0).test().orElseThrow().lossSum(),
        smoothed.epochs.get(0).test().orElseThrow().lossSum());
    assertNotEquals(plain.epochs.get(0).trainLoss(), smoothed.epochs.get(0).trainLoss());
  }

  @Test
  void train_weightsAveraged_keepsAndTestsTheAverage() {
    String sgd = "optimizer {sgd {learningRate = 0.1}}";
    TrainingResult plain = train(Runs.config(sgd, 2, 32), TrainingListener.NONE);
    TrainingResult averaged =
        train(Runs.config(sgd + ", averageWeights = 0.9", 2, 32), TrainingListener.NONE);
    TrainingConfig config = Runs.config(sgd, 2, 32);
    ShardWorker worker =
        new ShardWorker(
            Runs.plan(network, config, Runs.TRAIN.rows()),
            Dealer.group(Runs.TRAIN, Runs.TEST, config.shards()));

    WorkSum test =
        ShardTree.root(
            config.shards(), worker.run(new Work(1, Work.Kind.TEST, 1, 0, averaged.weights())));

    assertFalse(Arrays.equals(plain.weights(), averaged.weights()));
    assertEquals(((EvaluationSum) test).lossSum(), averaged.test().lossSum());
  }

  @Test
  void train_gradientsClippedToNothing_hardlyMoves() {
    float[] first = Runs.weights(network);
    TrainingConfig config = Runs.config("clipNorm = 1e-6, optimizer {sgd {}}", 1, 32);

    float[] weights = train(config, TrainingListener.NONE).weights();

    assertFalse(Arrays.equals(first, weights));
    assertArrayEquals(first, weights, 1e-6f);
  }

  @Test
  void train_otherSeed_givesOtherWeights() {
    TrainingConfig config = Runs.config(1, 32, 4);
    TrainingConfig other =
        new TrainingConfig(1, 32, true, 43, 4, config.optimizer(), config.schedule());

    assertFalse(
        Arrays.equals(
            train(config, TrainingListener.NONE).weights(),
            train(other, TrainingListener.NONE).weights()));
  }

  @Test
  void train_fewEpochs_learns() {
    Runs.Told told = new Runs.Told();

    TrainingResult result = train(Runs.config(15, 16, 4), told);

    assertTrue(told.epochs.get(0).trainAccuracy() < 0.5);
    assertTrue(told.epochs.get(14).trainAccuracy() > 0.8);
    assertTrue(result.test().accuracy() > 0.4);
  }

  @ParameterizedTest
  @CsvSource({"1, 32", "2, 32", "8, 32", "64, 7", "4, 1000"})
  void train_unshuffledAnyShards_differsInRoundingAlone(int shards, int batchSize) {
    TrainingConfig config = unshuffled(batchSize, 1);

    float[] one = train(config, TrainingListener.NONE).weights();
    float[] many = train(config.withShards(shards), TrainingListener.NONE).weights();

    assertArrayEquals(one, many, 1e-5f);
  }

  private static TrainingConfig unshuffled(int batchSize, int shards) {
    TrainingConfig config = Runs.config(2, batchSize, shards);
    return new TrainingConfig(
        2, batchSize, false, 42, shards, config.optimizer(), config.schedule());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8})
  void workers_anyNumber_sumToTheBitsOfOne(int workers) {
    TrainingConfig config = Runs.config("shards = 8, labelSmoothing = 0.1", 1, 48);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    ShardGroup all = Dealer.group(Runs.TRAIN, Runs.TEST, 8);
    Work work = new Work(1, Work.Kind.GRADIENT, 1, 1, Runs.weights(network));
    Work test = new Work(2, Work.Kind.TEST, 1, 0, Runs.weights(network));

    List<RangeSum> gradients = new ArrayList<>();
    List<RangeSum> evaluations = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      ShardWorker shardWorker = new ShardWorker(plan, all.part(worker, workers));
      gradients.addAll(shardWorker.run(work));
      evaluations.addAll(shardWorker.run(test));
    }
    GradientSum gradient = (GradientSum) ShardTree.root(8, gradients);
    EvaluationSum evaluation = (EvaluationSum) ShardTree.root(8, evaluations);

    ShardWorker alone = new ShardWorker(plan, all);
    GradientSum expected = (GradientSum) ShardTree.root(8, alone.run(work));
    assertArrayEquals(expected.gradient(), gradient.gradient());
    assertEquals(expected.lossSum(), gradient.lossSum());
    assertEquals(48, gradient.examples());
    EvaluationSum expectedTest = (EvaluationSum) ShardTree.root(8, alone.run(test));
    assertArrayEquals(expectedTest.confusion(), evaluation.confusion());
    assertEquals(expectedTest.lossSum(), evaluation.lossSum());
    assertEquals(Runs.TEST.rows(), evaluation.examples());
  }

  @ParameterizedTest
  @CsvSource({"1, float32", "2, float32", "3, float32", "4, float32", "9, float32", "3, bf16"})
  void team_anyCores_sumsToTheNodesAndBitsOfOneCore(int cores, String gradients) {
    TrainingConfig config = Runs.config("shards = 8, gradients = " + gradients, 2, 48);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    ShardGroup all = Dealer.group(Runs.TRAIN, Runs.TEST, 8);

    for (ShardGroup shards : List.of(all, all.part(1, 8), slice(all, 3, 8))) {
      ShardWorker alone = new ShardWorker(plan, shards);
      try (WorkerTeam team = new WorkerTeam(plan, shards, cores)) {
        for (Work work :
            List.of(
                new Work(1, Work.Kind.GRADIENT, 1, 1, Runs.weights(network)),
                new Work(2, Work.Kind.GRADIENT, 2, 3, Runs.weights(network)),
                new Work(3, Work.Kind.TEST, 1, 0, Runs.weights(network)))) {
          assertSame(alone.run(work), team.run(work));
        }
      }
    }
  }

  private static void assertSame(List<RangeSum> expected, List<RangeSum> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).first(), actual.get(i).first());
      assertEquals(expected.get(i).count(), actual.get(i).count());
      if (expected.get(i).sum() instanceof GradientSum gradient) {
        GradientSum other = (GradientSum) actual.get(i).sum();
        assertArrayEquals(gradient.gradient(), other.gradient());
        assertEquals(gradient.lossSum(), other.lossSum());
        assertEquals(gradient.examples(), other.examples());
      } else {
        EvaluationSum sum = (EvaluationSum) expected.get(i).sum();
        assertArrayEquals(sum.confusion(), ((EvaluationSum) actual.get(i).sum()).confusion());
        assertEquals(sum.lossSum(), ((EvaluationSum) actual.get(i).sum()).lossSum());
      }
    }
  }

  private static ShardGroup slice(ShardGroup all, int first, int end) {
    Map<Split, List<Shard>> splits = new HashMap<>();
    for (Split split : Split.values()) {
      splits.put(split, List.copyOf(all.splits().get(split).subList(first, end)));
    }
    return new ShardGroup(first, splits);
  }

  @Test
  void worker_shardWithoutARowInTheStep_reportsZeros() {
    LabeledImages three =
        new LabeledImages(
            28,
            28,
            Arrays.copyOf(Runs.TRAIN.pixels(), 3 * 784),
            Arrays.copyOf(Runs.TRAIN.labels(), 3));
    TrainingConfig config = unshuffled(2, 4);
    RunPlan plan = Runs.plan(network, config, 3);
    ShardWorker last = new ShardWorker(plan, slice(Dealer.group(three, Runs.TEST, 4), 2, 3));
    float[] weights = Runs.weights(network);

    GradientSum second =
        (GradientSum) last.run(new Work(1, Work.Kind.GRADIENT, 1, 1, weights)).get(0).sum();
    assertEquals(1, second.examples());
    assertFalse(Arrays.equals(new float[second.gradient().length], second.gradient()));

    GradientSum first =
        (GradientSum) last.run(new Work(2, Work.Kind.GRADIENT, 1, 0, weights)).get(0).sum();
    assertEquals(0, first.examples());
    assertEquals(0, first.lossSum());
    assertArrayEquals(new float[first.gradient().length], first.gradient());
  }

  @Test
  void train_validationRows_areEvaluatedEachEpochAndNotTrainedOn() {
    TrainingConfig config = Runs.config(2, 32, 4);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Map<Split, List<Shard>> splits = new HashMap<>(Dealer.group(Runs.TRAIN, Runs.TEST, 4).splits());
    splits.put(Split.VALIDATION, Dealer.deal(Runs.TEST, 4));
    Runs.Told told = new Runs.Told();

    TrainingResult result =
        LocalTrainer.train(
            new TrainingSession(
                config, plan, Runs.weights(network), true, OptionalLong.empty(), told),
            plan,
            new ShardGroup(0, splits));

    for (EpochReport report : told.epochs) {
      EvaluationSum validation = report.validation().orElseThrow();
      EvaluationSum test = report.test().orElseThrow();
      assertArrayEquals(test.confusion(), validation.confusion());
      assertEquals(test.lossSum(), validation.lossSum());
    }
    assertEquals(2, told.epochs.size());
    assertArrayEquals(train(config, TrainingListener.NONE).weights(), result.weights());
  }

  private TrainingResult train(TrainingConfig config, TrainingListener listener) {
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    return LocalTrainer.train(
        new TrainingSession(
            config, plan, Runs.weights(network), false, OptionalLong.empty(), listener),
        plan,
        Dealer.group(Runs.TRAIN, Runs.TEST, config.shards()));
  }
}

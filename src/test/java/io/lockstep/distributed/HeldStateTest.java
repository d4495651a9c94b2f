package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.training.Recovery;
import io.lockstep.training.TrainingDivergedException;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training by workers who hold the weights: slices of them, or all. */
@Tag("spark")
class HeldStateTest {
  private static DistributedConfig every(Topology topology, int steps) {
    return new DistributedConfig(
        0, Synchronization.BARRIER, 60, 60, 8, topology, steps, RowStorage.AUTO);
  }

  @ParameterizedTest
  @CsvSource({
    "SLICES, 1, 0",
    "SLICES, 2, 1",
    "SLICES, 3, 3",
    "SLICES, 8, 0",
    "PEERS, 1, 0",
    "PEERS, 2, 1",
    "PEERS, 3, 3",
    "PEERS, 8, 0"
  })
  void train_anyWorkers_equalsLocalTrainerBitForBit(
      Topology topology, int workers, int snapshotEvery) {
    SmallRun run = new SmallRun(SmallRun.EVERY_LAYER, 96, 40, 8, true, SmallRun.EVERYTHING);

    assertEquals(
        run.local(),
        run.amongWorkers(workers, TrainingListener.NONE, every(topology, snapshotEvery)));
  }

  private static Stream<Arguments> worlds() {
    return Stream.concat(
        Stream.of(2, 3, 4, 8).map(workers -> Arguments.of(Topology.SLICES, workers)),
        Stream.of(1, 2, 3, 4).map(workers -> Arguments.of(Topology.PEERS, workers)));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void train_gradientsInBf16_equalsLocalTrainerBitForBit(Topology topology, int workers) {
    SmallRun run = SmallRun.inBf16();

    assertEquals(run.local(), run.amongWorkers(workers, TrainingListener.NONE, every(topology, 0)));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void train_localSteps_equalsLocalTrainerBitForBit(Topology topology, int workers) {
    SmallRun run = SmallRun.inLocalSteps();

    assertEquals(run.local(), run.amongWorkers(workers, TrainingListener.NONE, every(topology, 0)));
  }

  @ParameterizedTest
  @CsvSource({"SLICES, 2, off", "SLICES, 4, 0.01", "PEERS, 2, off", "PEERS, 4, 0.01"})
  void train_momentum_equalsLocalTrainerBitForBit(Topology topology, int workers, String clipNorm) {
    String training =
        "optimizer {sgd {learningRate = 0.05, momentum = 0.5}}, clipNorm = " + clipNorm;
    SmallRun run = new SmallRun(SmallRun.MLP, 67, 20, 4, true, training); // fills whole frames

    assertEquals(run.local(), run.amongWorkers(workers, TrainingListener.NONE, every(topology, 0)));
  }

  @ParameterizedTest
  @CsvSource({"SLICES, off", "PEERS, off", "SLICES, 1e25", "PEERS, 1e25"})
  void train_thatDiverges_endsAtTheStepOfTheLocalTrainer(Topology topology, String clipNorm) {
    String training = "optimizer {sgd {learningRate = 1e12}}, clipNorm = " + clipNorm;
    SmallRun run = new SmallRun(SmallRun.MLP, 400, 20, 4, true, training);
    String expected = assertThrows(TrainingDivergedException.class, run::local).getMessage();

    assertEquals(
        expected,
        assertThrows(
                TrainingDivergedException.class,
                () -> run.amongWorkers(2, TrainingListener.NONE, every(topology, 0)))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICES", "PEERS"})
  void train_stateGatheredEveryThreeSteps_showsItToTheListenerThenAndAtTheEpochsEnd(
      Topology topology) {
    SmallRun run = new SmallRun(131, 20, 4, true);
    Disturbing watching = new Disturbing(0, () -> {});

    run.amongWorkers(2, watching, every(topology, 3));

    assertEquals(LongStream.rangeClosed(1, 14).boxed().toList(), watching.steps);
    assertEquals(List.of(3L, 6L, 7L, 10L, 13L, 14L), watching.boundaries);
  }

  /** Kills the last task that began, after step 5. */
  private static Disturbing trainKillingATask(SmallRun run, Topology topology, int workers) {
    SparkContext spark = TestSpark.context().sc();
    List<Long> tasks = new ArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            tasks.add(start.taskInfo().taskId());
          }
        };
    Disturbing killing =
        new Disturbing(
            5, () -> spark.killTaskAttempt(tasks.get(tasks.size() - 1), true, "killed by a test"));
    spark.addSparkListener(listener);
    try {
      assertEquals(run.local(), run.amongWorkers(workers, killing, every(topology, 3)));
    } finally {
      spark.removeSparkListener(listener);
    }
    return killing;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICES", "PEERS"})
  void train_taskKilledBetweenRoundsOfLocalSteps_endsWithTheSameBits(Topology topology) {
    String training = "optimizer {sgd {learningRate = 0.05}}, averageEvery = 5";
    SmallRun run = new SmallRun(SmallRun.NETWORK, 131, 20, 8, true, training);

    Disturbing killing = trainKillingATask(run, topology, 2);

    assertEquals(List.of(5L, 7L, 12L, 14L), killing.steps);
    assertEquals(1, killing.recoveries.size());
  }

  @ParameterizedTest
  @CsvSource({
    "SLICES, 2, off",
    "SLICES, 4, off",
    "SLICES, 4, 0.01",
    "PEERS, 2, off",
    "PEERS, 4, off",
    "PEERS, 4, 0.01"
  })
  void train_taskKilled_goesBackToTheLastStateAndEndsWithTheSameBits(
      Topology topology, int workers, String clipNorm) {
    String training = "optimizer {adamw {}}, averageWeights = 0.8, clipNorm = " + clipNorm;
    SmallRun run = new SmallRun(SmallRun.NETWORK, 131, 20, 8, true, training);
    Disturbing killing = trainKillingATask(run, topology, workers);

    assertEquals(LongStream.rangeClosed(1, 14).boxed().toList(), killing.steps);
    assertEquals(1, killing.recoveries.size());
    Recovery recovery = killing.recoveries.get(0);
    assertTrue(recovery.steps() % 3 == 0 || recovery.steps() == 7, recovery.toString());
  }
}

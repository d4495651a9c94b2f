package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.training.Recovery;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class SliceTrainingTest {
  private static DistributedConfig every(int steps) {
    return new DistributedConfig(
        0, Synchronization.BARRIER, 60, 60, 8, Topology.SLICES, steps, RowStorage.AUTO);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 3", "8, 0"})
  void train_slicesOfAnyWorkers_equalsLocalTrainerBitForBit(int workers, int snapshotEvery) {
    SmallRun run = new SmallRun(SmallRun.EVERY_LAYER, 96, 40, 8, true, SmallRun.EVERYTHING);

    assertEquals(run.local(), run.inSlices(workers, TrainingListener.NONE, every(snapshotEvery)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void train_gradientsInBf16_equalsLocalTrainerBitForBit(int workers) {
    SmallRun run = SmallRun.inBf16();

    assertEquals(run.local(), run.inSlices(workers, TrainingListener.NONE, every(0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void train_localSteps_equalsLocalTrainerBitForBit(int workers) {
    SmallRun run = SmallRun.inLocalSteps();

    assertEquals(run.local(), run.inSlices(workers, TrainingListener.NONE, every(0)));
  }

  @ParameterizedTest
  @CsvSource({"2, off", "4, 0.01"})
  void train_momentum_equalsLocalTrainerBitForBit(int workers, String clipNorm) {
    String training =
        "optimizer {sgd {learningRate = 0.05, momentum = 0.5}}, clipNorm = " + clipNorm;
    SmallRun run = new SmallRun(SmallRun.MLP, 67, 20, 4, true, training); // fills whole frames

    assertEquals(run.local(), run.inSlices(workers, TrainingListener.NONE, every(0)));
  }

  @Test
  void train_stateGatheredEveryThreeSteps_showsItToTheListenerThenAndAtTheEpochsEnd() {
    SmallRun run = new SmallRun(131, 20, 4, true);
    Disturbing watching = new Disturbing(0, () -> {});

    run.inSlices(2, watching, every(3));

    assertEquals(LongStream.rangeClosed(1, 14).boxed().toList(), watching.steps);
    assertEquals(List.of(3L, 6L, 7L, 10L, 13L, 14L), watching.boundaries);
  }

  /** Kills the last task that began, after step 5. */
  private static Disturbing trainKillingATask(SmallRun run, int workers) {
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
      assertEquals(run.local(), run.inSlices(workers, killing, every(3)));
    } finally {
      spark.removeSparkListener(listener);
    }
    return killing;
  }

  @Test
  void train_taskKilledBetweenRoundsOfLocalSteps_endsWithTheSameBits() {
    String training = "optimizer {sgd {learningRate = 0.05}}, averageEvery = 5";
    SmallRun run = new SmallRun(SmallRun.NETWORK, 131, 20, 8, true, training);

    Disturbing killing = trainKillingATask(run, 2);

    assertEquals(List.of(5L, 7L, 12L, 14L), killing.steps);
    assertEquals(1, killing.recoveries.size());
  }

  @ParameterizedTest
  @CsvSource({"2, off", "4, off", "4, 0.01"})
  void train_taskKilled_goesBackToTheLastStateAndEndsWithTheSameBits(int workers, String clipNorm) {
    String training = "optimizer {adamw {}}, averageWeights = 0.8, clipNorm = " + clipNorm;
    SmallRun run = new SmallRun(SmallRun.NETWORK, 131, 20, 8, true, training);
    Disturbing killing = trainKillingATask(run, workers);

    assertEquals(LongStream.rangeClosed(1, 14).boxed().toList(), killing.steps);
    assertEquals(1, killing.recoveries.size());
    Recovery recovery = killing.recoveries.get(0);
    assertTrue(recovery.steps() % 3 == 0 || recovery.steps() == 7, recovery.toString());
  }
}

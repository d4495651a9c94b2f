package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.data.Split;
import io.lockstep.network.Safetensors;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class DistributedTrainerTest {
  @ParameterizedTest
  @CsvSource({
    "1, BARRIER",
    "2, BARRIER",
    "3, BARRIER",
    "4, BARRIER",
    "1, JOB",
    "2, JOB",
    "3, JOB",
    "4, JOB"
  })
  void train_anyWorkersAndMode_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = new SmallRun(131, 20, 4, true);

    assertEquals(run.local(), run.distributed(workers, mode));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 4", // one row: most shards are empty
    "3, 2, 8", // fewer rows than shards
    "50, 64, 4", // a batch larger than the data
    "37, 5, 8", // a batch that shards can't share evenly
  })
  void train_unevenWorlds_equalsLocalTrainerBitForBit(int rows, int batchSize, int shards) {
    SmallRun run = new SmallRun(rows, batchSize, shards, false);

    assertEquals(run.local(), run.distributed(2, Synchronization.BARRIER));
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "100"})
  void train_anyPartitionsOfTheDataFrame_equalsLocalTrainerBitForBit(int partitions) {
    SmallRun run = new SmallRun(90, 16, 4, true);
    Dataset<Row> rows = SmallRun.frame(Split.TRAIN, 90).repartition(partitions).sort("row");
    try (ShardedData data = run.deal(rows, 2)) {
      TrainingSession session = run.session(TrainingListener.NONE);
      DistributedTrainer.train(
          TestSpark.context(),
          data,
          run.plan(),
          session,
          new Crew(2, Synchronization.BARRIER, "test"),
          DistributedConfig.DEFAULTS);

      assertEquals(
          run.local(),
          Safetensors.sha256(session.result().weights()) + " " + session.result().test().lossSum());
    }
  }

  @ParameterizedTest
  @CsvSource({"BARRIER", "JOB"})
  void train_listenerThrows_endsTheRunWithItsException(Synchronization mode) {
    SmallRun run = new SmallRun(60, 20, 2, true);
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == 2) {
              throw new IllegalStateException("disk full");
            }
          }
        };
    try (ShardedData data = run.deal(SmallRun.frame(Split.TRAIN, 60), 2)) {
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  DistributedTrainer.train(
                      TestSpark.context(),
                      data,
                      run.plan(),
                      run.session(failing),
                      new Crew(2, mode, "test"),
                      DistributedConfig.DEFAULTS));

      assertEquals("disk full", e.getMessage());
    }
  }

  @Test
  void train_everyStep_isReportedOnceInOrder() {
    SmallRun run = new SmallRun(45, 10, 4, true);
    List<Long> steps = new ArrayList<>();
    List<Long> examples = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report.step());
            examples.add(report.examples());
            assertTrue(report.overheadNanos() >= 0, "the kernel's time is part of the step's");
          }
        };
    try (ShardedData data = run.deal(SmallRun.frame(Split.TRAIN, 45), 4)) {
      DistributedTrainer.train(
          TestSpark.context(),
          data,
          run.plan(),
          run.session(listener),
          new Crew(4, Synchronization.BARRIER, "test"),
          DistributedConfig.DEFAULTS);
    }

    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), steps);
    assertEquals(List.of(10L, 10L, 10L, 10L, 5L, 10L, 10L, 10L, 10L, 5L), examples);
  }
}

package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import io.lockstep.Waiting;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.network.Initializer;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class DistributedTrainerTest {
  @CsvSource({
    "1, BARRIER",
    "2, BARRIER",
    "3, BARRIER",
    "4, BARRIER",
    "8, BARRIER",
    "1, JOB",
    "2, JOB",
    "3, JOB",
    "4, JOB",
    "8, JOB"
  })
  @Retention(RetentionPolicy.RUNTIME)
  private @interface WorldsOfEightShards {}

  @ParameterizedTest
  @WorldsOfEightShards
  void train_anyWorkersAndMode_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = new SmallRun(131, 20, 8, true);

    assertEquals(run.local(), run.distributed(workers, mode));
  }

  @ParameterizedTest
  @CsvSource({"1, BARRIER", "2, BARRIER", "4, BARRIER", "1, JOB", "2, JOB", "4, JOB"})
  void train_everyLayerAndWayAtOnce_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = new SmallRun(SmallRun.EVERY_LAYER, 90, 16, 4, true, SmallRun.EVERYTHING);

    assertEquals(run.local(), run.distributed(workers, mode));
  }

  @ParameterizedTest
  @WorldsOfEightShards
  void train_gradientsInBf16_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = SmallRun.inBf16();

    assertEquals(run.local(), run.distributed(workers, mode));
  }

  @ParameterizedTest
  @WorldsOfEightShards
  void train_localSteps_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = SmallRun.inLocalSteps();

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
  @CsvSource({"1, BARRIER", "4, BARRIER", "2, JOB"})
  void train_rowsInFiles_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run = new SmallRun(131, 20, 4, true);
    DistributedConfig inFiles =
        DistributedConfig.of(Settings.of(ConfigFactory.parseString("rows = files")));

    assertEquals(run.local(), run.distributed(workers, mode, TrainingListener.NONE, inFiles));
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "100"})
  void train_anyPartitionsOfTheDataFrame_equalsLocalTrainerBitForBit(int partitions) {
    SmallRun run = new SmallRun(90, 16, 4, true);
    Dataset<Row> rows = TestSpark.digits(Split.TRAIN, 90).repartition(partitions).sort("row");
    try (ShardedData data = run.deal(rows, 2)) {
      assertEquals(run.local(), run.distributed(data, 2, Synchronization.BARRIER));
    }
  }

  @ParameterizedTest
  @CsvSource({"BARRIER", "JOB"})
  void train_imagesOfThisJvm_equalsLocalTrainerBitForBit(Synchronization mode) {
    SmallRun run = new SmallRun(90, 16, 4, true);
    try (ShardedData data =
        ShardedData.deal(
            TestSpark.context(),
            Digits.draw(Split.TRAIN, 90),
            Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
            new ShardedData.Layout(4, 2, SmallRun.NETWORK.inputSize(), 0, 0))) {
      assertEquals(run.local(), run.distributed(data, 2, mode));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, BARRIER", "2, BARRIER", "2, JOB"})
  void train_bestEpochAndPatience_equalsLocalTrainerBitForBit(int workers, Synchronization mode) {
    SmallRun run =
        new SmallRun(
            SmallRun.NETWORK,
            90,
            16,
            4,
            true,
            "optimizer {sgd {learningRate = 0.1}}, patience = 1, testEveryEpoch = false");
    LabeledImages rows = Digits.draw(Split.TRAIN, 130);
    for (int row = 90; row < 130; row++) { // the more is learned, the worse it looks
      rows.labels()[row] = (byte) ((rows.labels()[row] + 1) % 10);
    }
    LabeledImages test = Digits.draw(Split.TEST, SmallRun.TEST_ROWS);
    Map<Split, List<Shard>> splits =
        new EnumMap<>(Dealer.group(slice(rows, 0, 90), test, 4).splits());
    splits.put(Split.VALIDATION, Dealer.deal(slice(rows, 90, 130), 4));

    TrainingResult local = LocalTrainer.train(judging(run), run.plan(), new ShardGroup(0, splits));
    TrainingResult distributed;
    try (ShardedData data =
        ShardedData.deal(
            TestSpark.context(),
            rows,
            test,
            new ShardedData.Layout(4, workers, SmallRun.NETWORK.inputSize(), 0, 40))) {
      distributed =
          DistributedTrainer.train(
              TestSpark.context(),
              data,
              run.plan(),
              judging(run),
              new Crew(workers, mode, "test"),
              DistributedConfig.DEFAULTS);
    }

    assertEquals(1, local.epoch());
    assertEquals(1, distributed.epoch());
    assertEquals(local.best(), distributed.best());
    assertEquals(SmallRun.bits(local), SmallRun.bits(distributed));
  }

  private static TrainingSession judging(SmallRun run) {
    return new TrainingSession(
        run.config(),
        run.plan(),
        Initializer.Scheme.DEFAULTS.draw(run.network(), new Seeds(5)),
        true,
        OptionalLong.empty(),
        TrainingListener.NONE);
  }

  private static LabeledImages slice(LabeledImages images, int from, int to) {
    return new LabeledImages(
        28,
        28,
        Arrays.copyOfRange(images.pixels(), 784 * from, 784 * to),
        Arrays.copyOfRange(images.labels(), from, to));
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
    try (ShardedData data = run.deal(TestSpark.digits(Split.TRAIN, 60), 2)) {
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
    try (ShardedData data = run.deal(TestSpark.digits(Split.TRAIN, 45), 4)) {
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

  /** Spark's tasks as they come and go. */
  private static final class Tasks extends SparkListener {
    private volatile long last;
    private volatile int lastStage = -1;
    private volatile boolean lastEnded;
    private final Map<Integer, Set<Integer>> stagesOfJobs = new ConcurrentHashMap<>();
    private final Set<Integer> endedStages = ConcurrentHashMap.newKeySet();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      Set<Integer> stages = new HashSet<>();
      for (int i = 0; i < start.stageInfos().size(); i++) {
        stages.add(start.stageInfos().apply(i).stageId());
      }
      stagesOfJobs.put(start.jobId(), stages);
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      endedStages.addAll(stagesOfJobs.getOrDefault(end.jobId(), Set.of()));
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      last = start.taskInfo().taskId();
      lastEnded = false;
      lastStage = start.stageId();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      lastEnded |= end.taskInfo().taskId() == last;
    }

    /**
     * Until this thread's stage has one: Spark tells of it when the task may be at work for long.
     */
    private void awaitStart() {
      int stage = TaskContext.get().stageId();
      await("the task is told of", () -> lastStage == stage);
    }

    /** Until the last task has ended, or is this thread's and has been told to. */
    private void awaitEnd() {
      TaskContext own = TaskContext.get();
      await("the task ends", () -> lastEnded || (own != null && own.isInterrupted()));
    }

    /** Until the job has ended that this thread's task is one of. */
    private void awaitEndOfOwnJob() {
      int stage = TaskContext.get().stageId();
      await("the job ends", () -> endedStages.contains(stage));
    }

    private static void await(String what, BooleanSupplier condition) {
      Waiting.await(20, () -> what, condition);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "8"})
  void train_taskKilled_goesOnFromTheStepWithTheSameBits(int workers) {
    SmallRun run = new SmallRun(131, 20, 8, true);
    SparkContext spark = TestSpark.context().sc();
    Tasks tasks = new Tasks();
    Disturbing killing =
        new Disturbing(
            4,
            () -> {
              tasks.awaitStart();
              spark.killTaskAttempt(tasks.last, true, "killed by a test");
              tasks.awaitEnd();
            });
    spark.addSparkListener(tasks);
    try {
      assertEquals(
          run.local(),
          run.distributed(workers, Synchronization.BARRIER, killing, DistributedConfig.DEFAULTS));
    } finally {
      spark.removeSparkListener(tasks);
    }

    long lostNanos = killing.recoveries.get(0).lostNanos();
    assertEquals(
        List.of(
            new Recovery(1, 1, 4, "TaskKilled (killed by a test)", workers, workers, lostNanos)),
        killing.recoveries);
  }

  @Test
  void train_jobCancelled_endsTheRun() {
    SmallRun run = new SmallRun(60, 20, 2, true);
    SparkContext spark = TestSpark.context().sc();
    Tasks tasks = new Tasks();
    Disturbing cancelling =
        new Disturbing(
            2,
            () -> {
              spark.cancelAllJobs();
              tasks.awaitEndOfOwnJob(); // or the few steps that are left may be faster
            });
    spark.addSparkListener(tasks);
    RunStoppedException e;
    try {
      e =
          assertThrows(
              RunStoppedException.class,
              () ->
                  run.distributed(
                      2, Synchronization.BARRIER, cancelling, DistributedConfig.DEFAULTS));
    } finally {
      spark.removeSparkListener(tasks);
    }

    assertTrue(e.getMessage().startsWith("Spark ended the workers' stage: "), e.getMessage());
    assertTrue(
        e.getMessage().contains("cancelled as part of cancellation of all jobs"), e.getMessage());
    assertEquals(List.of(), cancelling.recoveries);
  }

  @Test
  void train_workerThatCanNotCompute_endsTheRunAtOnceAndIsNamed() {
    SmallRun run = new SmallRun(20, 10, 2, false);
    SmallRun larger = new SmallRun(600, 300, 2, false);
    Disturbing watching = new Disturbing(0, () -> {});
    try (ShardedData data = run.deal(TestSpark.digits(Split.TRAIN, 20), 1)) {
      RunFailedException e =
          assertThrows(
              RunFailedException.class,
              () ->
                  DistributedTrainer.train(
                      TestSpark.context(),
                      data,
                      larger.plan(), // of rows that are not in the data
                      larger.session(watching),
                      new Crew(1, Synchronization.BARRIER, "test"),
                      DistributedConfig.DEFAULTS));

      assertTrue(
          e.getMessage()
              .matches(
                  "Worker 0 \\(executor driver on \\S+, shards 0 to 1\\) failed in epoch 1, after"
                      + " step 0: java\\.lang\\.\\w+: .*"),
          e.getMessage());
    }
    assertEquals(List.of(), watching.recoveries);
  }
}

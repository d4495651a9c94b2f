package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.ShardedData;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.RunPlan;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run put together in the shared session: 120 digits, six steps an epoch. */
@Tag("spark")
class RunTest {
  private static final LabeledImages TRAIN = Digits.draw(Split.TRAIN, 120);
  private static final LabeledImages TEST = Digits.draw(Split.TEST, 20);
  private static final RowSource DIGITS =
      (spark, layout, config) -> ShardedData.deal(spark, TRAIN, TEST, layout);

  private static final String RUN =
      """
      data.normalize { mean = 0.13, std = 0.3 }
      network { input = [1, 28, 28], layers = [{avgPool2d {kernel = 7}}, flatten, {dense {units = 10}}] }
      training { epochs = 2, batchSize = 20, seed = 5, optimizer { sgd { learningRate = 0.05 } } }
      distributed.workers = 2
      """;

  @TempDir private Path folder;

  private static RunDescription description(String more) {
    return RunDescription.of(RunConfig.of(ConfigFactory.parseString(RUN + more)));
  }

  private static Run assemble(RunDescription description) {
    return Run.assemble(description, TestSpark.context(), DIGITS, crew -> {});
  }

  private static Set<Integer> cached() {
    return Set.copyOf(TestSpark.context().getPersistentRDDs().keySet());
  }

  /** What one thread makes of it, without Spark. */
  private static TrainingResult reference(RunDescription description) {
    RunPlan plan = description.plan(TRAIN.rows());
    return LocalTrainer.train(
        Start.drawn().session(description, plan, false, TrainingListener.NONE),
        plan,
        Dealer.group(TRAIN, TEST, description.config().training().shards()));
  }

  @Test
  void trainWhole_digits_reachesTheReferencesBitsAndLeavesNothingCached() {
    RunDescription description = description("");
    Set<Integer> before = cached();
    List<Long> steps = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report.step());
          }
        };

    TrainingResult result = LiveRun.trainWhole(description, TestSpark.context(), DIGITS, listener);

    assertArrayEquals(reference(description).weights(), result.weights());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L), steps);
    assertEquals(before, cached());
  }

  @Test
  void assemble_crew_isKnownBeforeRowsAreDealt() {
    List<String> heard = new ArrayList<>();
    RowSource rows =
        (spark, layout, config) -> {
          heard.add("rows for " + layout.workers());
          return DIGITS.deal(spark, layout, config);
        };

    try (Run run =
        Run.assemble(
            description(""),
            TestSpark.context(),
            rows,
            crew -> heard.add("crew of " + crew.workers()))) {
      assertEquals(List.of("crew of 2", "rows for 2"), heard);
      assertEquals(2, run.crew().workers());
    }
  }

  @Test
  void assemble_validationRows_areTakenFromTheTrainingRows() {
    try (Run run = assemble(description("data.validationRows = 30"))) {
      assertTrue(run.validates());
      assertEquals(90, run.rows(Split.TRAIN));
      assertEquals(30, run.rows(Split.VALIDATION));
      assertEquals(20, run.rows(Split.TEST));
      assertEquals(5, run.stepsPerEpoch(), "the last batch has 10 rows");
      assertEquals(10, run.lastStep());
      assertEquals(DataFingerprint.of(TRAIN, 90, 120, TEST), run.fingerprint());
    }
  }

  @Test
  void lastStep_maxSteps_endsTheRunIfTheyAreFewer() {
    try (Run cut = assemble(description("").endingAfter(OptionalLong.of(7)));
        Run whole = assemble(description("").endingAfter(OptionalLong.of(700)))) {
      assertFalse(whole.validates());
      assertEquals(7, cut.lastStep());
      assertEquals(12, whole.lastStep());
      assertEquals(7, cut.train(Start.drawn(), TrainingListener.NONE).steps());
    }
  }

  @Test
  void assemble_rowsTooFewForTheSchedule_isRefusedAndLetsGoOfThem() {
    RunDescription description = description("training.schedule { warmup { steps = 13 } }");
    Set<Integer> before = cached();

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> assemble(description));

    assertEquals(
        "training.schedule.warmup.steps must be at most the 12 steps there are, but was 13. Warm up"
            + " for fewer, or train for more epochs or in smaller batches.",
        e.getMessage());
    assertEquals(before, cached());
  }

  @Test
  void assemble_moreWorkersThanSlotsInBarrierMode_isRefusedBeforeRowsAreRead() {
    RunDescription description =
        description("distributed { workers = 16, sync = barrier }, training.shards = 16");
    RowSource unread =
        (spark, layout, config) -> {
          throw new AssertionError("rows were dealt to " + layout.workers());
        };

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> Run.assemble(description, TestSpark.context(), unread, RunTest::nobodyComes));

    assertEquals(
        "sync = barrier can't run: 16 workers need 16 slots at once, and there are 8. Use --sync job,"
            + " or fewer workers, or more executor cores.",
        e.getMessage());
  }

  private static void nobodyComes(Crew crew) {
    throw new AssertionError("a crew that can't be: " + crew);
  }

  @Test
  void train_checkpointOfOtherSettings_isRefused() {
    Checkpoints checkpoints = Checkpoints.at(folder.toUri().toString(), new Configuration());
    try (Run run = assemble(description("").endingAfter(OptionalLong.of(1)))) {
      Start start = Start.drawn();
      CheckpointWriter writer = run.checkpointWriter(checkpoints, start, () -> {});
      run.train(start, writer);
    }
    Start cutShort =
        Start.newest(checkpoints, notice -> {}, RunIdentity.Accepted.SAME_ARITHMETIC).orElseThrow();

    try (Run other = assemble(description("training.epochs = 3").endingAfter(OptionalLong.of(1)))) {
      InvalidInputException e =
          assertThrows(
              InvalidInputException.class, () -> other.train(cutShort, TrainingListener.NONE));

      assertEquals(
          cutShort.checkpoint().orElseThrow().file()
              + " is of another run: training.epochs is 2 there, 3 here. Resume with the settings it was started with, or start a new run without"
              + " --resume.",
          e.getMessage());
    }
  }

  @Test
  void trained_result_isTheNetworkWithTheRunsNormalisation() {
    try (Run run = assemble(description("").endingAfter(OptionalLong.of(1)))) {
      TrainingResult result = run.train(Start.drawn(), TrainingListener.NONE);

      byte[] pixels = Arrays.copyOf(TEST.pixels(), TEST.imageSize());
      assertArrayEquals(
          new TrainedNetwork(
                  run.description().network(), new Normalization(0.13, 0.3), result.weights())
              .probabilities(pixels),
          run.trained(result).probabilities(pixels));
    }
  }
}

package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.training.EvaluationSum;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.TrainingDivergedException;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import io.lockstep.training.WorkSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ExpectedReports that have the token and make no sense. */
class ExpectedReportsTest {
  private static final int PARAMETERS = SmallRun.MLP.parameterCount();

  /** Two workers, each with two of the four shards, five rows of each shard in a step. */
  private final SmallRun run = new SmallRun(SmallRun.MLP, 40, 20, 4, false);

  private final TrainingSession session = run.session(TrainingListener.NONE);
  private final Coordinator coordinator = new Coordinator(session, run.plan(), 2, () -> {});
  private final List<Work> received = new ArrayList<>();

  private static GradientSum gradient(int parameters, long correct, long examples, double weight) {
    return new GradientSum(new float[parameters], 1, correct, examples, weight);
  }

  private static RangeSum good(int first) {
    return new RangeSum(first, 2, gradient(PARAMETERS, 3, 10, 10));
  }

  private static Map<String, List<RangeSum>> nonsense() {
    return Map.of(
        "0 sums, not 1", List.of(),
        "2 sums, not 1", List.of(good(2), good(2)),
        "a sum over 2 shards from 0 on, not 2 from 2 on", List.of(good(0)),
        "a sum over 4 shards from 0 on, not 2 from 2 on",
            List.of(new RangeSum(0, 4, gradient(PARAMETERS, 3, 20, 20))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 sums, not 1",
        "2 sums, not 1",
        "a sum over 2 shards from 0 on, not 2 from 2 on",
        "a sum over 4 shards from 0 on, not 2 from 2 on"
      })
  void report_sumsOfOtherShards_endTheRunWithTheWeightsAsTheyWere(String defect) {
    assertRefused(defect, nonsense().get(defect));
  }

  @Test
  void report_whatIsNoSum_endsTheRunWithTheWeightsAsTheyWere() {
    List<WorkSum> sums =
        List.of(
            gradient(PARAMETERS - 1, 3, 10, 10),
            gradient(PARAMETERS + 1, 3, 10, 10),
            gradient(0, 3, 10, 10),
            gradient(PARAMETERS, 3, 11, 11), // rows of another step
            gradient(PARAMETERS, 11, 10, 10),
            gradient(PARAMETERS, -1, 10, 10),
            gradient(PARAMETERS, 3, 10, Double.NaN),
            gradient(PARAMETERS, 3, 10, -1),
            gradient(PARAMETERS, 3, 10, Double.POSITIVE_INFINITY),
            new EvaluationSum(10));
    for (WorkSum sum : sums) {
      ExpectedReportsTest fresh = new ExpectedReportsTest();
      fresh.assertRefused(
          "what is no sum for GRADIENT over 2 shards from 2 on", List.of(new RangeSum(2, 2, sum)));
    }
  }

  private void assertRefused(String defect, List<RangeSum> sums) {
    float[] before = session.work().weights().clone();
    coordinator.join(0, "here", received::add);
    coordinator.join(1, "there", received::add);

    coordinator.report(1, 1, sums, 0, received::add);
    coordinator.report(0, 1, List.of(good(0)), 0, received::add);

    RunFailedException e = assertThrows(RunFailedException.class, () -> coordinator.await(1));
    assertEquals(
        "Worker 1 (there) reported "
            + defect
            + ", in epoch 1 after step 0. Does it run the same version of lockstep?",
        e.getMessage());
    assertArrayEquals(before, session.work().weights());
    assertEquals(0, session.steps());
    assertEquals(Work.Kind.STOP, received.get(2).kind());
    assertEquals(Work.Kind.STOP, received.get(3).kind());
  }

  @Test
  void defect_evaluation_isOfItsClassesAndCountsUp() {
    ExpectedReports reports = new ExpectedReports(run.plan(), 2);
    Work test = new Work(3, Work.Kind.TEST, 1, 0, new float[0]);
    long[] negative = new long[100];
    negative[7] = -1;

    assertEquals(
        Optional.empty(),
        reports.defect(0, test, List.of(new RangeSum(0, 2, new EvaluationSum(10)))));
    for (WorkSum sum :
        List.of(new EvaluationSum(9), new EvaluationSum(10, negative, 0), good(0).sum())) {
      assertEquals(
          Optional.of("what is no sum for TEST over 2 shards from 0 on"),
          reports.defect(0, test, List.of(new RangeSum(0, 2, sum))));
    }
  }

  @Test
  void report_gradientOfNaN_isADivergedRunAtItsNextLoss() {
    Coordinator alone = new Coordinator(session, run.plan(), 1, () -> {});
    float[] nan = new float[PARAMETERS];
    nan[5] = Float.NaN;
    alone.join(0, "here", received::add);
    for (int round = 1; round <= 2; round++) {
      GradientSum sum = new GradientSum(nan.clone(), 1, 3, 20, 20);
      alone.report(0, round, List.of(new RangeSum(0, 4, sum)), 0, received::add);
    }
    // Without test rows no loss would show it.
    alone.report(0, 3, List.of(new RangeSum(0, 4, new EvaluationSum(10))), 0, received::add);

    TrainingDivergedException e =
        assertThrows(TrainingDivergedException.class, () -> alone.await(1));
    assertEquals(
        "The sum of the weights became NaN at epoch 1, step 2. Lower the learning rate (it is"
            + " 0.05) or check the features for NaN and unscaled columns.",
        e.getMessage());
  }

  @Test
  void longestMessage_ofEveryWorker_holdsItsReport() {
    for (int workers = 1; workers <= 4; workers++) {
      ExpectedReports reports = new ExpectedReports(run.plan(), workers);
      WireFormat.Request request =
          new WireFormat.Request(
              0, 1, 1, "\uFFFD".repeat(10_000), workers == 1 ? List.of(good(0)) : List.of());

      long length = WireFormat.encode(new byte[16], request, new MessageMemory()).remaining();

      assertTrue(length <= reports.longestMessage(), length + " of " + reports.longestMessage());
      assertTrue(reports.longestMessage() < 30_000 + 2 * (4L * PARAMETERS + 100));
    }
  }
}

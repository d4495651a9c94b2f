package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSessionTest {
  private final Network network = Runs.network("[flatten, {dense {units = 10}}]");
  private final Runs.Told told = new Runs.Told();

  @Test
  void work_twoEpochs_isStepsThenATestThenSteps() {
    TrainingSession session = session(2, false, 0);

    assertEquals(
        List.of(
            "1 GRADIENT 1.0",
            "2 GRADIENT 1.1",
            "3 GRADIENT 1.2",
            "4 TEST 1.0",
            "5 GRADIENT 2.0",
            "6 GRADIENT 2.1",
            "7 GRADIENT 2.2",
            "8 TEST 2.0",
            "9 STOP 2.0"),
        run(session));
    assertEquals(2, told.epochs.size());
    assertEquals(6, session.result().steps());
  }

  @Test
  void work_withValidationRows_validatesBeforeTheTest() {
    assertEquals(
        List.of(
            "1 GRADIENT 1.0",
            "2 GRADIENT 1.1",
            "3 GRADIENT 1.2",
            "4 VALIDATION 1.0",
            "5 TEST 1.0",
            "6 STOP 1.0"),
        run(session(1, true, 0)));
    assertTrue(told.epochs.get(0).validation().isPresent());
  }

  @Test
  void maxSteps_inTheMiddleOfAnEpoch_endsWithATest() {
    TrainingSession session = session(5, false, 4);

    assertEquals(
        List.of(
            "1 GRADIENT 1.0",
            "2 GRADIENT 1.1",
            "3 GRADIENT 1.2",
            "4 TEST 1.0",
            "5 GRADIENT 2.0",
            "6 TEST 2.0",
            "7 STOP 2.0"),
        run(session));
    assertEquals(4, session.result().steps());
    assertEquals(4, told.epochs.get(1).steps());
  }

  @Test
  void maxSteps_moreThanTheRunHas_changesNothing() {
    TrainingSession session = session(1, false, 1000);
    run(session);

    assertEquals(3, session.result().steps());
  }

  @Test
  void complete_gradientSum_stepsByTheMeanGradient() {
    float[] weights = new float[network.parameterCount()];
    TrainingSession session = session(1, false, 0, weights);
    float[] gradient = new float[weights.length];
    gradient[0] = 8;
    gradient[1] = -4;

    session.complete(new GradientSum(gradient, 6, 1, 4, 4), 77);

    assertEquals(-0.05f * 2, weights[0]);
    assertEquals(0.05f * 1, weights[1]);
    assertEquals(0f, weights[2]);
    StepReport report = told.steps.get(0);
    assertEquals(1, report.epoch());
    assertEquals(1, report.step());
    assertEquals(1.5, report.meanLoss());
    assertEquals(1, report.correct());
    assertEquals(4, report.examples());
    assertEquals(0.05, report.learningRate());
    assertEquals(77, report.kernelNanos());
    assertEquals(report.elapsedNanos() - 77, report.overheadNanos());
  }

  @Test
  void epochReport_unevenSteps_weighsByExamples() {
    TrainingSession session = session(1, false, 0);
    session.complete(sum(30, 3, 10), 0);
    session.complete(sum(20, 7, 10), 0);
    session.complete(sum(1, 1, 1), 0);
    EvaluationSum test = new EvaluationSum(10);
    session.complete(test, 0);

    EpochReport report = told.epochs.get(0);
    assertEquals(1, report.epoch());
    assertEquals(3, report.steps());
    assertEquals(51.0 / 21, report.trainLoss());
    assertEquals(11.0 / 21, report.trainAccuracy());
    assertEquals(Optional.empty(), report.validation());
    assertSame(test, report.test().orElseThrow());
    assertSame(test, session.result().test());
    assertEquals(
        told.steps.stream().mapToLong(StepReport::elapsedNanos).sum(), report.trainingNanos());
    assertEquals(report.trainingNanos(), session.result().trainingNanos());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void complete_lossThatIsNotFinite_saysWhereAndWhatToDo(double lossSum) {
    float[] weights = new float[network.parameterCount()];
    TrainingSession session = session(1, false, 0, weights);
    session.complete(sum(1, 0, 10), 0);
    float[] before = weights.clone();

    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class, () -> session.complete(sum(lossSum, 0, 10), 0));

    assertEquals(
        "Loss became "
            + lossSum
            + " at epoch 1, step 2. Lower the learning rate (it is 0.05) or check the features for"
            + " NaN and unscaled columns.",
        e.getMessage());
    assertArrayEquals(before, weights);
    assertEquals(1, told.steps.size());
  }

  @Test
  void complete_lastUpdateDiverges_isNotReportedAsDone() {
    TrainingSession session = session(1, false, 1);
    session.complete(sum(1, 0, 10), 0);
    EvaluationSum test = new EvaluationSum(2, new long[] {1, 0, 0, 1}, Double.NaN);

    TrainingDivergedException e =
        assertThrows(TrainingDivergedException.class, () -> session.complete(test, 0));

    assertEquals(
        "Test loss became NaN at epoch 1, step 1. Lower the learning rate (it is 0.05) or check the"
            + " features for NaN and unscaled columns.",
        e.getMessage());
    assertEquals(0, told.epochs.size());
  }

  @Test
  void result_beforeTheEnd_saysWhatIsNext() {
    TrainingSession session = session(1, false, 0);

    IllegalStateException e = assertThrows(IllegalStateException.class, session::result);

    assertEquals("the run is not over: next is GRADIENT", e.getMessage());
  }

  @Test
  void complete_afterTheEnd_isRefused() {
    TrainingSession session = session(1, false, 0);
    run(session);

    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> session.complete(new EvaluationSum(10), 0));

    assertEquals("the run is over", e.getMessage());
  }

  @Test
  void andThen_twoListeners_tellsBothInOrder() {
    List<String> heard = new ArrayList<>();
    TrainingListener first = listener("first", heard);
    TrainingListener both = first.andThen(listener("second", heard));

    both.onStep(new StepReport(1, 1, 0, 0, 1, 0.1, 1, 1));
    both.onEpoch(Runs.report());

    assertEquals(List.of("first step", "second step", "first epoch", "second epoch"), heard);
  }

  private static TrainingListener listener(String name, List<String> heard) {
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        heard.add(name + " step");
      }

      @Override
      public void onEpoch(EpochReport report) {
        heard.add(name + " epoch");
      }
    };
  }

  /** Answers every round with an empty sum; returns the rounds. */
  private List<String> run(TrainingSession session) {
    List<String> rounds = new ArrayList<>();
    while (true) {
      Work work = session.work();
      rounds.add(work.round() + " " + work.kind() + " " + work.epoch() + "." + work.step());
      switch (work.kind()) {
        case GRADIENT -> session.complete(sum(1, 0, 1), 0);
        case VALIDATION -> session.complete(validation(5, 10), 0);
        case TEST -> session.complete(new EvaluationSum(10), 0);
        case STATE -> throw new AssertionError("nobody else holds the state");
        case STOP -> {
          return rounds;
        }
      }
    }
  }

  /** {@code rounds} without the steps, for epochs with {@code sums} of the validation rows. */
  private List<String> evaluations(TrainingSession session, EvaluationSum... sums) {
    List<String> rounds = new ArrayList<>();
    int epoch = 0;
    while (true) {
      Work work = session.work();
      if (work.kind() != Work.Kind.GRADIENT) {
        rounds.add(work.kind() + " " + work.epoch() + " of " + (int) work.weights()[0]);
      }
      switch (work.kind()) {
        case GRADIENT -> session.complete(sum(1, 0, 1), 0);
        case VALIDATION -> session.complete(sums[epoch++], 0);
        case TEST -> session.complete(validation(5, work.weights()[0]), 0);
        case STATE -> throw new AssertionError("nobody else holds the state");
        case STOP -> {
          return rounds;
        }
      }
    }
  }

  /** Of ten rows. */
  private static EvaluationSum validation(long correct, double lossSum) {
    return new EvaluationSum(2, new long[] {correct, 10 - correct, 0, 0}, lossSum);
  }

  /** A step an epoch that takes 1 from the first weight, so that it counts epochs. */
  private TrainingSession judged(String training, boolean validates) {
    TrainingConfig config = Runs.config("optimizer {sgd {learningRate = 1}}, " + training, 21);
    float[] weights = new float[network.parameterCount()];
    return new TrainingSession(
        config, Runs.plan(network, config, 21), weights, validates, OptionalLong.empty(), told);
  }

  @Test
  void result_bestEpochInTheMiddle_isItsWeightsTestedOnceMore() {
    TrainingSession session = judged("epochs = 3", true);
    List<String> rounds =
        evaluations(session, validation(6, 9), validation(8, 7), validation(7, 5));

    assertEquals(
        List.of(
            "VALIDATION 1 of -1",
            "TEST 1 of -1",
            "VALIDATION 2 of -2",
            "TEST 2 of -2",
            "VALIDATION 3 of -3",
            "TEST 3 of -3",
            "TEST 3 of -2",
            "STOP 3 of -2"),
        rounds);
    TrainingResult result = session.result();
    assertEquals(2, result.epoch());
    assertEquals(-2f, result.weights()[0]);
    assertEquals(-2, result.test().lossSum());
    assertEquals(Optional.of(new BestEpoch(2, 0.8, 0.7, 2)), result.best());
    assertEquals(TrainingResult.Ending.COMPLETE, result.ending());
    assertEquals(
        List.of(1, 2, 2),
        told.epochs.stream().map(report -> report.best().orElseThrow().epoch()).toList());
  }

  @Test
  void result_testedAtTheEndAlone_testsTheKeptWeightsOnce() {
    TrainingSession session = judged("epochs = 2, testEveryEpoch = false", true);
    List<String> rounds = evaluations(session, validation(8, 9), validation(6, 7));

    assertEquals(
        List.of("VALIDATION 1 of -1", "VALIDATION 2 of -2", "TEST 2 of -1", "STOP 2 of -1"),
        rounds);
    assertEquals(1, session.result().epoch());
    assertEquals(
        List.of(Optional.empty(), Optional.empty()),
        told.epochs.stream().map(EpochReport::test).toList());
  }

  @Test
  void result_testedAtTheEndAloneWithoutValidation_isOfTheLastEpoch() {
    TrainingSession session = judged("epochs = 2, testEveryEpoch = false", false);
    List<String> rounds =
        evaluations(session, new EvaluationSum(2), new EvaluationSum(2)); // over no rows

    assertEquals(
        List.of("VALIDATION 1 of -1", "VALIDATION 2 of -2", "TEST 2 of -2", "STOP 2 of -2"),
        rounds);
    assertEquals(2, session.result().epoch());
    assertEquals(Optional.empty(), session.result().best());
    assertEquals(Optional.empty(), told.epochs.get(1).validation());
  }

  @Test
  void result_keepLast_isTheLastEpochAlsoWhereAnotherWasBetter() {
    TrainingSession session = judged("epochs = 2, keep = last", true);
    List<String> rounds = evaluations(session, validation(8, 9), validation(6, 7));

    assertEquals("TEST 2 of -2", rounds.get(3));
    assertEquals("STOP 2 of -2", rounds.get(4));
    assertEquals(2, session.result().epoch());
    assertEquals(1, session.result().best().orElseThrow().epoch());
  }

  @Test
  void best_sameAccuracy_isTheLowerLossThenTheEarlierEpoch() {
    TrainingSession session = judged("epochs = 4", true);
    evaluations(session, validation(8, 9), validation(8, 7), validation(8, 7), validation(8, 8));

    assertEquals(Optional.of(new BestEpoch(2, 0.8, 0.7, 1)), session.result().best());
    assertEquals(-2f, session.result().weights()[0]);
  }

  @Test
  void patience_accuracyThatNoLongerRises_endsTheRun() {
    TrainingSession session = judged("epochs = 6, patience = 2", true);
    List<String> rounds =
        evaluations(
            session, validation(5, 9), validation(7, 8), validation(7, 6), validation(6, 5));

    assertEquals("STOP 4 of -3", rounds.get(rounds.size() - 1));
    assertEquals(3, session.result().epoch(), "a lower loss makes a better epoch");
    assertEquals(4, session.result().steps(), "but wins no patience");
    assertEquals(TrainingResult.Ending.STOPPED_EARLY, session.result().ending());
  }

  @Test
  void patience_runOutAfterTheLastEpoch_isNotAnEarlyStop() {
    TrainingSession session = judged("epochs = 2, patience = 1", true);
    evaluations(session, validation(5, 9), validation(5, 9));

    assertEquals(TrainingResult.Ending.COMPLETE, session.result().ending());
  }

  @Test
  void complete_validationLossThatIsNotFinite_isRefusedAndNeverTheBest() {
    TrainingSession session = judged("epochs = 2, testEveryEpoch = false", true);
    session.complete(sum(1, 0, 1), 0);

    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class, () -> session.complete(validation(10, Double.NaN), 0));

    assertEquals(
        "Validation loss became NaN at epoch 1, step 1. Lower the learning rate (it is 1.0) or check"
            + " the features for NaN and unscaled columns.",
        e.getMessage());
    assertEquals(0, told.epochs.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep = best | training.keep = best must have validation rows to judge epochs by, but there"
            + " are 0. Give the run validation rows, or training.keep = last.",
        "patience = 3 | training.patience = 3 must have validation rows to judge epochs by, but there"
            + " are 0. Give the run validation rows, or training.patience = off.",
      })
  void session_judgesWithoutValidationRows_isRefused(String training, String message) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> judged(training, false));

    assertEquals(message, e.getMessage());
  }

  @Test
  void complete_clippedGradientThatIsNotFinite_isRefusedBeforeItReachesTheWeights() {
    float[] weights = new float[network.parameterCount()];
    TrainingConfig config = Runs.config("clipNorm = 1, optimizer {sgd {}}", 1, 10);
    TrainingSession session =
        new TrainingSession(
            config,
            Runs.plan(network, config, 21),
            weights,
            false,
            OptionalLong.empty(),
            TrainingListener.NONE);
    GradientSum sum = sum(10, 1, 10);
    sum.gradient()[7] = Float.POSITIVE_INFINITY;

    TrainingDivergedException e =
        assertThrows(TrainingDivergedException.class, () -> session.complete(sum, 0));

    assertEquals(
        "The norm of the gradient became Infinity at epoch 1, step 1. Lower the learning rate (it is"
            + " 0.01) or check the features for NaN and unscaled columns.",
        e.getMessage());
    assertEquals(0, weights[0]);
    List<RangeSum> counts = List.of(new RangeSum(0, config.shards(), sum(10, 1, 10)));
    assertEquals(
        e.getMessage(),
        assertThrows(
                TrainingDivergedException.class,
                () -> session.completeElsewhere(List.of(counts), Double.POSITIVE_INFINITY, 0))
            .getMessage());
  }

  private static ReportPace grown() {
    ReportPace pace = new ReportPace();
    for (int i = 0; i < 3; i++) {
      pace.took(1, 0);
    }
    return pace;
  }

  /** What the shards count in {@code steps} steps of 10 examples, one after another. */
  private static List<List<RangeSum>> counts(int steps) {
    List<List<RangeSum>> counts = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      counts.add(List.of(new RangeSum(0, 4, new GradientSum(new float[0], 10 + i, 1, 10, 10))));
    }
    return counts;
  }

  @Test
  void completeElsewhere_severalSteps_tellsEachAndAsksForNoneBeyondTheEpoch() {
    TrainingSession session = session(2, false, 0);
    session.holdElsewhere(new StatePace(0), grown());
    assertEquals(1, session.work().repeats()); // handed out before
    session.completeElsewhere(counts(1), 0, 5);
    assertEquals(2, session.work().repeats());
    session.completeElsewhere(counts(2), 0, 8);

    assertEquals(Work.Kind.STATE, session.work().kind());
    assertEquals(1, session.work().repeats());
    assertEquals(List.of(1L, 2L, 3L), told.steps.stream().map(StepReport::step).toList());
    assertEquals(List.of(1.0, 1.0, 1.1), told.steps.stream().map(StepReport::meanLoss).toList());
    assertEquals(List.of(5L, 4L, 4L), told.steps.stream().map(StepReport::kernelNanos).toList());
  }

  @Test
  void completeElsewhere_severalSteps_asksForNoneBeyondAStateOrTheRun() {
    TrainingSession every = session(2, false, 0);
    every.holdElsewhere(new StatePace(2), grown());
    every.completeElsewhere(counts(1), 0, 0);
    assertEquals(1, every.work().repeats());

    TrainingSession cutShort = session(2, false, 2);
    cutShort.holdElsewhere(new StatePace(0), grown());
    cutShort.completeElsewhere(counts(1), 0, 0);
    assertEquals(1, cutShort.work().repeats());
  }

  @Test
  void rollBack_afterSeveralSteps_asksNewWorkersForOneAtFirst() {
    TrainingSession session = session(2, false, 0);
    session.holdElsewhere(new StatePace(0), grown());
    session.completeElsewhere(counts(1), 0, 0);
    assertEquals(2, session.work().repeats());

    session.rollBack();

    assertEquals(0, session.steps());
    assertEquals(1, session.work().repeats());
  }

  private GradientSum sum(double lossSum, long correct, long examples) {
    float[] gradient = new float[network.parameterCount()];
    gradient[0] = 1;
    return new GradientSum(gradient, lossSum, correct, examples, examples);
  }

  private TrainingSession session(int epochs, boolean validates, long maxSteps) {
    return session(epochs, validates, maxSteps, new float[network.parameterCount()]);
  }

  /** 21 rows in batches of 10: three steps an epoch. */
  private TrainingSession session(int epochs, boolean validates, long maxSteps, float[] weights) {
    TrainingConfig config = Runs.config(epochs, 10, 4);
    return new TrainingSession(
        config, Runs.plan(network, config, 21), weights, validates, Runs.atMost(maxSteps), told);
  }
}

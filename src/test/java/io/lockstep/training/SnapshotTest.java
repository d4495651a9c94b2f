package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Dealer;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotTest {
  private static final int EPOCHS = 3;
  private static final int BATCH = 40; // 150 rows: four steps an epoch, the last one smaller

  private final Network network = Runs.network("[flatten, {dense {units = 10}}]");
  private final Map<Split, List<Shard>> rows =
      new HashMap<>(Dealer.group(Runs.TRAIN, Runs.TEST, 4).splits());

  /** Keeps a snapshot of every boundary. */
  private static final class Snapshots implements TrainingListener {
    private final List<Snapshot> taken = new ArrayList<>();
    private final List<Boolean> epochEnds = new ArrayList<>();

    @Override
    public void betweenSteps(StepBoundary boundary) {
      taken.add(boundary.snapshot());
      epochEnds.add(boundary.epochEnds());
    }
  }

  private static TrainingConfig config(boolean shuffle, OptimizerConfig optimizer) {
    return new TrainingConfig(EPOCHS, BATCH, shuffle, 7, 4, optimizer, new ConstantSchedule());
  }

  private TrainingResult run(TrainingSession session, RunPlan plan) {
    return LocalTrainer.train(session, plan, new ShardGroup(0, rows));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shuffle = true, optimizer {sgd {momentum = 0.5}} | false | 0",
        "shuffle = false, optimizer {sgd {}} | false | 0",
        "optimizer {sgd {momentum = 0.9, nesterov = true, weightDecay = 0.001}} | true | 0",
        "optimizer {sgd {momentum = 0.5}} | true | 6",
        "optimizer {adam {weightDecay = 0.1}}, schedule {warmup {steps = 5, then {cosine {}}}}"
            + " | false | 0",
        "optimizer {adamw {}}, schedule {oneCycle {}} | true | 7",
        "optimizer {adam {}}, averageWeights = 0.9 | true | 0",
        "optimizer {adamw {}}, averageWeights = 0.5, clipNorm = 0.1, labelSmoothing = 0.1"
            + " | false | 0",
        "optimizer {sgd {momentum = 0.5}}, averageEvery = 3, averageWeights = 0.9,"
            + " schedule {cosine {}}, shuffleBlock = 5 | true | 7",
        "optimizer {adam {learningRate = 0.1}}, testEveryEpoch = false | true | 0",
        "optimizer {adam {learningRate = 0.1}}, testEveryEpoch = false | false | 0",
        "optimizer {adam {learningRate = 0.1}}, patience = 1, keep = last | true | 0",
        "optimizer {adam {learningRate = 0.1}}, patience = 1, averageWeights = 0.9 | true | 10",
      })
  void session_fromEverySnapshot_endsWithTheBitsOfTheUninterruptedRun(
      String training, boolean validates, long maxSteps) {
    TrainingConfig config = Runs.config(training, EPOCHS, BATCH);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    if (validates) {
      rows.put(Split.VALIDATION, Dealer.deal(Runs.TEST, 4));
    }
    Snapshots snapshots = new Snapshots();
    Runs.Told told = new Runs.Told();
    TrainingResult whole =
        run(
            new TrainingSession(
                config,
                plan,
                Runs.weights(network),
                validates,
                Runs.atMost(maxSteps),
                told.andThen(snapshots)),
            plan);
    assertEquals(told.steps.size(), snapshots.taken.size());

    int done = 0;
    for (Snapshot start : snapshots.taken) {
      done++;
      Runs.Told toldAgain = new Runs.Told();
      TrainingResult resumed =
          run(
              new TrainingSession(config, plan, start, validates, Runs.atMost(maxSteps), toldAgain),
              plan);

      assertArrayEquals(whole.weights(), resumed.weights());
      assertEquals(whole.steps(), resumed.steps());
      assertEquals(whole.epoch(), resumed.epoch());
      assertEquals(whole.best(), resumed.best());
      assertEquals(whole.ending(), resumed.ending());
      assertEquals(whole.test().lossSum(), resumed.test().lossSum());
      assertEquals(steps(told.steps.subList(done, told.steps.size())), steps(toldAgain.steps));
      assertEquals(
          epochs(told.epochs.subList(start.position().epoch() - 1, told.epochs.size())),
          epochs(toldAgain.epochs));
    }
  }

  @Test
  void session_bestEpochBeforeTheSnapshot_endsWithItsWeights() {
    // The first epochs learn, the rest forgets: weights that decay by more than they are.
    TrainingConfig config =
        Runs.config(
            "optimizer {sgd {learningRate = 0.1, weightDecay = 19}}, schedule {warmup {steps = 9,"
                + " then {constant {}}}}",
            EPOCHS,
            BATCH);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    rows.put(Split.VALIDATION, Dealer.deal(Runs.TEST, 4));
    Snapshots snapshots = new Snapshots();
    TrainingResult whole =
        run(
            new TrainingSession(
                config, plan, Runs.weights(network), true, OptionalLong.empty(), snapshots),
            plan);
    Snapshot late = snapshots.taken.get(10);
    TrainingResult resumed =
        run(
            new TrainingSession(
                config, plan, late, true, OptionalLong.empty(), TrainingListener.NONE),
            plan);

    assertEquals(1, whole.epoch());
    assertEquals(1, resumed.epoch());
    assertArrayEquals(late.best().orElseThrow(), resumed.weights());
    assertArrayEquals(whole.weights(), resumed.weights());
    assertEquals(whole.test().lossSum(), resumed.test().lossSum());
  }

  @Test
  void session_bestEpochWithoutItsWeights_isRefused() {
    TrainingConfig config = config(true, Sgd.DEFAULTS);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Position at = new Position(4, 2, 0, 0, 0, 0, 0, 0, 0, Optional.of(new BestEpoch(1, 0.5, 1, 1)));
    Snapshot start = new Snapshot(Runs.weights(network), List.of(), at);

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                new TrainingSession(
                    config, plan, start, true, OptionalLong.empty(), TrainingListener.NONE));

    assertEquals("A snapshot must hold the best epoch's 7850 weights, but was 0", e.getMessage());
  }

  @Test
  void bestEpoch_thatContradictsItself_isRefused() {
    assertEquals(
        "accuracy must be in [0, 1], but was NaN",
        refusal(() -> new BestEpoch(1, Double.NaN, 1, 1)));
    assertEquals(
        "meanLoss must be >= 0 and finite, but was NaN",
        refusal(() -> new BestEpoch(1, 1, Double.NaN, 1)));
    assertEquals(
        "risenIn must be in [1, epoch], but was 3", refusal(() -> new BestEpoch(2, 1, 1, 3)));
    Optional<BestEpoch> third = Optional.of(new BestEpoch(3, 1, 1, 3));
    assertEquals(
        "best.epoch must be in [1, epoch), but was 3",
        refusal(() -> new Position(0, 3, 0, 0, 0, 0, 0, 0, 0, third)));
  }

  private static String refusal(Executable executable) {
    return assertThrows(InvalidInputException.class, executable).getMessage();
  }

  private static List<String> steps(List<StepReport> reports) {
    return reports.stream()
        .map(r -> r.step() + " " + r.epoch() + " " + r.meanLoss() + " " + r.examples())
        .toList();
  }

  private static List<String> epochs(List<EpochReport> reports) {
    return reports.stream()
        .map(
            r ->
                String.join(
                    " ",
                    "" + r.epoch(),
                    "" + r.steps(),
                    "" + r.trainLoss(),
                    "" + r.trainAccuracy(),
                    r.test().map(sum -> "" + sum.lossSum()).orElse("none"),
                    r.validation().map(sum -> "" + sum.lossSum()).orElse("none")))
        .toList();
  }

  @Test
  void pause_atEachStep_saysWhetherTheEpochEnds() {
    TrainingConfig config = config(true, Sgd.DEFAULTS);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Snapshots snapshots = new Snapshots();
    run(
        new TrainingSession(
            config, plan, Runs.weights(network), false, OptionalLong.of(6), snapshots),
        plan);

    assertEquals(List.of(false, false, false, true, false, true), snapshots.epochEnds);
    assertEquals(4, snapshots.taken.get(3).position().stepOfEpoch());
    assertEquals(1, snapshots.taken.get(3).position().epoch());
    assertEquals(150, snapshots.taken.get(3).position().examples());
    assertEquals(0, snapshots.taken.get(3).optimizer().size(), "no momentum, no memory");
  }

  @Test
  void snapshot_whileTheRunGoesOn_staysWhatItWas() {
    TrainingConfig config = config(true, new Sgd(0.05, 0.5, false, 0));
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Snapshots first = new Snapshots();
    run(
        new TrainingSession(config, plan, Runs.weights(network), false, OptionalLong.of(1), first),
        plan);
    Snapshots all = new Snapshots();
    run(
        new TrainingSession(config, plan, Runs.weights(network), false, OptionalLong.empty(), all),
        plan);

    Snapshot early = all.taken.get(0);
    run(
        new TrainingSession(
            config, plan, early, false, OptionalLong.empty(), TrainingListener.NONE),
        plan);

    assertArrayEquals(first.taken.get(0).weights(), early.weights());
    assertArrayEquals(
        first.taken.get(0).optimizer().get(0).values(), early.optimizer().get(0).values());
  }

  @Test
  void trainingNanos_ofAResumedRun_areThoseOfTheWholeRun() {
    TrainingConfig config = config(true, Sgd.DEFAULTS);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());
    Position at = new Position(6, 2, 2, 1.5, 3, 80, 80, 1_000_000_000_000L, 5_000_000_000_000L);
    Snapshot start = new Snapshot(Runs.weights(network), List.of(), at);
    Runs.Told told = new Runs.Told();

    TrainingResult result =
        run(new TrainingSession(config, plan, start, false, OptionalLong.empty(), told), plan);

    long ownNanos = told.steps.stream().mapToLong(StepReport::elapsedNanos).sum();
    assertEquals(5_000_000_000_000L + ownNanos, result.trainingNanos());
    long epochNanos = told.steps.stream().limit(2).mapToLong(StepReport::elapsedNanos).sum();
    assertEquals(1_000_000_000_000L + epochNanos, told.epochs.get(0).trainingNanos());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 1 | 5 | A snapshot's position must be one of 12 steps, 4 an epoch, but was step 5, 5 of"
            + " epoch 1",
        "5 | 2 | 2 | A snapshot's position must be one of 12 steps, 4 an epoch, but was step 5, 2 of"
            + " epoch 2",
        "13 | 4 | 1 | A snapshot's position must be one of 12 steps, 4 an epoch, but was step 13, 1 of"
            + " epoch 4",
        "12 | 4 | 0 | A snapshot must leave something to do, but was step 12 of 12",
      })
  void session_positionThatIsNoneOfItsRun_isRefused(
      long step, int epoch, int stepOfEpoch, String message) {
    Position at = new Position(step, epoch, stepOfEpoch, 0, 0, stepOfEpoch, 0, 0, 0);

    assertRefused(message, new Snapshot(Runs.weights(network), List.of(), at));
  }

  @Test
  void session_weightsOrMemoryOfAnotherRun_areRefused() {
    assertRefused(
        "A snapshot must hold the network's 7850 weights, but was 7",
        new Snapshot(new float[7], List.of(), Position.START));
    assertRefused(
        "A snapshot's optimizer must remember [], but was [velocity x 2]",
        new Snapshot(
            Runs.weights(network),
            List.of(new StateTensor("velocity", new float[2])),
            Position.START));
  }

  private void assertRefused(String message, Snapshot start) {
    TrainingConfig config = config(true, Sgd.DEFAULTS);
    RunPlan plan = Runs.plan(network, config, Runs.TRAIN.rows());

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                new TrainingSession(
                    config, plan, start, false, OptionalLong.empty(), TrainingListener.NONE));

    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 0 | 0 | 0 | 0 | 0 | 0 | epoch must be >= 1, but was 0",
        "1 | 1 | 2 | 0 | 0 | 0 | 0 | stepOfEpoch must be in [0, step], but was 2",
        "1 | 1 | 1 | NaN | 0 | 1 | 0 | lossSum must be finite, but was NaN",
        "1 | 1 | 1 | 0 | 0 | 0 | 0 | examples must be those of 1 steps, but was 0",
        "1 | 1 | 1 | 0 | 2 | 1 | 0 | correct must be in [0, examples], but was 2",
        "1 | 1 | 1 | 0 | 0 | 1 | 9 | epochNanos must be in [0, trainingNanos], but was 9",
      })
  void position_thatContradictsItself_isRefused(
      long step,
      int epoch,
      int stepOfEpoch,
      double lossSum,
      long correct,
      long examples,
      long epochNanos,
      String message) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                new Position(
                    step, epoch, stepOfEpoch, lossSum, correct, examples, examples, epochNanos, 8));

    assertEquals(message, e.getMessage());
  }
}

package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.network.Safetensors;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.Position;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTest {
  /** After step 8 of 12, by a lockstep that knew neither keep nor patience nor testEveryEpoch. */
  private static final String OLD = "step-000000008.safetensors";

  /** After the first of two epochs of generated digits, by a lockstep whose sums were a BLAS's. */
  private static final String OF_ARITHMETIC_1 = "step-000003000.safetensors";

  /** What the lockstep of {@link #OLD} ended with. */
  private static final String OLD_WEIGHTS =
      "3424a1d1b4ea0618dcf59cfe38b45834eb305e0763bad6157f6e71f7eca3cfb9";

  private static final String RUN =
      """
      data { trainRows = 120, normalize { mean = 0.13, std = 0.3 } }
      network { input = [1, 28, 28], layers = [{avgPool2d {kernel = 7}}, flatten, {dense {units = 10}}] }
      training {
        epochs = 2, batchSize = 20, seed = 5, optimizer { sgd { learningRate = 0.05, momentum = 0.5 } }
      }
      """;

  @TempDir private Path folder;

  private RunDescription run(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("run.conf"), RUN);
    return RunDescription.of(RunConfig.read(file, List.of(overrides)));
  }

  private Start old() throws IOException {
    put(OLD);
    return newest().orElseThrow();
  }

  private void put(String checkpoint) throws IOException {
    try (InputStream file = StartTest.class.getResourceAsStream(checkpoint)) {
      Files.copy(file, folder.resolve(checkpoint));
    }
  }

  private Optional<Start> newest() {
    return newest(RunIdentity.Accepted.SAME_ARITHMETIC);
  }

  private Optional<Start> newest(RunIdentity.Accepted accepted) {
    Checkpoints checkpoints = Checkpoints.at(folder.toUri().toString(), new Configuration());
    return Start.newest(checkpoints, notice -> {}, accepted);
  }

  private static DataFingerprint rowsOf(Start start) {
    return start.run().orElseThrow().data().orElseThrow();
  }

  private static TrainingResult train(RunDescription run, Start start) {
    RunPlan plan = run.plan(120);
    return LocalTrainer.train(
        start.session(run, plan, false, TrainingListener.NONE),
        plan,
        Dealer.group(
            Digits.draw(Split.TRAIN, 120),
            Digits.draw(Split.TEST, 20),
            run.config().training().shards()));
  }

  @Test
  void newest_ofAnOlderLockstep_isGoneOnFromToItsBits() throws IOException {
    Start start = old();
    start.requireOf(run().identity(rowsOf(start)));

    TrainingResult result = train(run(), start);

    assertEquals(OLD_WEIGHTS, Safetensors.sha256(result.weights()));
    assertEquals(12, result.steps());
  }

  @Test
  void requireOf_checkpointOfTheFirstArithmetic_isRefused() throws IOException {
    RunIdentity here = ofArithmetic1();
    put(OF_ARITHMETIC_1);
    Start start = newest().orElseThrow();

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> start.requireOf(here));

    assertEquals(
        folder.resolve(OF_ARITHMETIC_1)
            + " is of another arithmetic: 1 there, 2 here, so the run would not end with the bits it"
            + " began for. Resume it with the lockstep that wrote it, start a new run without"
            + " --resume, or go on without that promise: --accept-other-arithmetic.",
        e.getMessage());
  }

  @Test
  void requireOf_checkpointOfTheFirstArithmeticWhereAnyIsAccepted_isGoneOnFrom()
      throws IOException {
    RunIdentity here = ofArithmetic1();
    put(OF_ARITHMETIC_1);
    Start start = newest(RunIdentity.Accepted.ANY_ARITHMETIC).orElseThrow();

    start.requireOf(here);

    assertEquals(3_000, start.position().step());
    assertEquals(1, start.run().orElseThrow().arithmetic());
  }

  /** The run of {@link #OF_ARITHMETIC_1}, whose checkpoint knew its rows by another checksum. */
  private RunIdentity ofArithmetic1() throws IOException {
    return run("data.trainRows=all").identity(rowsOf(old()));
  }

  @Test
  void drawn_sameRun_endsWithTheSameBits() throws IOException {
    assertEquals(OLD_WEIGHTS, Safetensors.sha256(train(run(), Start.drawn()).weights()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.testEveryEpoch=false | training.testEveryEpoch is true there, false here",
        "training.keep=last | training.keep is auto there, last here",
        "training.batchSize=30 | training.batchSize is 20 there, 30 here",
        "data.augment.shift=1 | data.augment.shift is 0.0 there, 1.0 here",
      })
  void requireOf_settingThatTheCheckpointLacksOrSaysOtherwise_isRefused(
      String setting, String difference) throws IOException {
    Start start = old();
    RunIdentity here = run(setting).identity(rowsOf(start));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> start.requireOf(here));

    assertTrue(
        e.getMessage()
            .endsWith(
                difference
                    + ". Resume with the settings it was started with, or"
                    + " start a new run without --resume."),
        e.getMessage());
  }

  @Test
  void requireOf_freshStart_refusesNoRun() throws IOException {
    Start.drawn().requireOf(run().identity(rowsOf(old())));
  }

  @Test
  void newest_emptyFolder_isNone() {
    assertEquals(Optional.empty(), newest());
  }

  @Test
  void seeksBestAnew_validatedRunOfAnOlderLockstep_isSaid() throws IOException {
    Start start = old();

    assertTrue(start.seeksBestAnew(run("data.validationRows=20")));
    assertFalse(start.seeksBestAnew(run()));
    assertFalse(start.seeksBestAnew(run("data.validationRows=20", "training.keep=last")));
    assertFalse(Start.drawn().seeksBestAnew(run("data.validationRows=20")));
  }

  @Test
  void session_askedForTwice_isRefused() throws IOException {
    RunDescription run = run();
    Start start = Start.drawn();
    train(run, start);

    IllegalStateException e = assertThrows(IllegalStateException.class, () -> train(run, start));

    assertEquals("a run was started from here already", e.getMessage());
  }

  @Test
  void given_weights_areWhatIsTrained() throws IOException {
    RunDescription run = run("training.optimizer={sgd{learningRate=1e-30}}");
    float[] weights = new float[run.network().parameterCount()];
    float[] trained = train(run, Start.given(weights.clone())).weights();

    assertArrayEquals(weights, trained, 1e-20f);
    assertEquals(Position.START, Start.given(weights).position());
  }
}

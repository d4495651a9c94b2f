package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunHistoryTest {
  private static final RunHistory.Epoch EPOCH =
      new RunHistory.Epoch(
          1,
          new RunHistory.Score(0.5, 0.75),
          Optional.of(new RunHistory.Score(0.4, 0.8)),
          Optional.of(new RunHistory.Score(0.25, 0.875)),
          1.5);

  @TempDir private Path folder;

  private final HistoryRecorder recorder = new HistoryRecorder();

  private static StepReport step(long step) {
    return new StepReport(1, step, 1.0 / step, 6, 8, 0.1, 3_000_000, 1_000_000);
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("history.csv"),
        HistoryTables.stepsHead() + HistoryTables.row(step(1)) + HistoryTables.row(step(2)));
    Files.writeString(
        folder.resolve("epochs.csv"), HistoryTables.epochsHead(true) + HistoryTables.row(EPOCH));
  }

  private String refusal() {
    return assertThrows(InvalidInputException.class, () -> RunHistory.read(folder)).getMessage();
  }

  @Test
  void read_whatWasWritten_isTheSame() {
    RunHistory history = RunHistory.read(folder);

    assertEquals(List.of(EPOCH), history.epochs());
    assertEquals(
        new RunHistory.Step(
            2, 1, 0.5, 0.1, 8, 0.003, OptionalDouble.empty(), OptionalDouble.empty()),
        history.lastStep().orElseThrow());
    assertEquals(2, history.steps().size());
    assertEquals(1.5, history.seconds());
  }

  @Test
  void read_epochWithoutTest_hasNone() throws IOException {
    RunHistory.Epoch untested =
        new RunHistory.Epoch(1, EPOCH.train(), Optional.empty(), Optional.empty(), 1.5);
    Files.writeString(
        folder.resolve("epochs.csv"),
        HistoryTables.epochsHead(false) + HistoryTables.row(untested));

    assertEquals(List.of(untested), RunHistory.read(folder).epochs());
  }

  @Test
  void read_rowThatIsBeingWritten_isNotThereYet() throws IOException {
    Files.writeString(
        folder.resolve("history.csv"),
        HistoryTables.stepsHead() + HistoryTables.row(step(1)) + "2,1,0.");

    assertEquals(1, RunHistory.read(folder).steps().size());
  }

  @Test
  void read_folderOfSomethingElse_isRefused() throws IOException {
    Files.delete(folder.resolve("epochs.csv"));

    assertEquals(
        folder
            + " must be a run's folder with history.csv and epochs.csv, but has no epochs.csv. Name"
            + " a folder that submit/train.sh made.",
        refusal());
  }

  @Test
  void read_otherVersion_namesTheColumnThatIsMissing() throws IOException {
    Files.writeString(folder.resolve("history.csv"), "step,epoch,error\n1,1,0.5\n");

    assertEquals(
        folder.resolve("history.csv")
            + " must have a column loss, but has step, epoch, error. It is of another version of"
            + " lockstep: read it with that one.",
        refusal());
  }

  @ParameterizedTest
  @CsvSource({
    "'1,1,x,0.1,8,0.1', 'loss of line 2 must be a number, but was \"x\".'",
    "'-1,1,0.5,0.1,8,0.1', 'step of line 2 must be a number, but was \"-1\".'",
    "'1,1,0.5,0.1,8,', 'seconds of line 2 must be a number, but was \"\".'",
    "'1,1,0.5', 'line 2 must have 6 cells, but has 3.'",
  })
  void read_damagedRow_isNamed(String row, String defect) throws IOException {
    Path file = folder.resolve("history.csv");
    Files.writeString(file, HistoryTables.stepsHead() + row + "\n");

    assertEquals(file + " is damaged: " + defect, refusal());
  }

  @Test
  void read_tableThatIsNoText_isRefused() throws IOException {
    Path file = folder.resolve("history.csv");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
    assertEquals(file + " is damaged: it is no UTF-8 text.", refusal());

    Files.write(file, "step".getBytes(StandardCharsets.UTF_8));
    assertEquals(file + " must begin with a head that names its columns, but is empty.", refusal());
  }

  @Test
  void history_ofARunThatGoesOn_doesNotGrow() {
    recorder.onStep(step(1));
    RunHistory early = recorder.history();
    for (int step = 2; step <= 3000; step++) {
      recorder.onStep(step(step));
    }

    assertEquals(1, early.steps().size());
    assertThrows(IndexOutOfBoundsException.class, () -> early.steps().get(1));
    assertEquals(3000, recorder.history().steps().size());
    assertEquals(
        new RunHistory.Step(
            3000,
            1,
            1.0 / 3000,
            0.1,
            8,
            0.003,
            OptionalDouble.of(0.75),
            OptionalDouble.of((float) 0.002)),
        recorder.history().lastStep().orElseThrow());
  }

  @Test
  void recorder_ofAResumedRun_beginsWithWhatWasThere() {
    HistoryRecorder resumed = new HistoryRecorder(RunHistory.read(folder));
    resumed.onStep(step(3));

    assertEquals(3, resumed.history().steps().size());
    assertEquals(1, resumed.history().epochs().size());
  }

  private static RunHistory.Epoch validated(int epoch, double loss, double accuracy) {
    return new RunHistory.Epoch(
        epoch,
        EPOCH.train(),
        Optional.of(new RunHistory.Score(loss, accuracy)),
        Optional.empty(),
        1);
  }

  private void writeEpochs(RunHistory.Epoch... epochs) throws IOException {
    StringBuilder table = new StringBuilder(HistoryTables.epochsHead(true));
    for (RunHistory.Epoch epoch : epochs) {
      table.append(HistoryTables.row(epoch));
    }
    Files.writeString(folder.resolve("epochs.csv"), table);
  }

  @Test
  void best_validatedEpochs_isTheMostAccurateThenTheOneOfLeastLoss() throws IOException {
    writeEpochs(
        validated(1, 0.1, 0.8),
        validated(2, 0.4, 0.9),
        validated(3, 0.3, 0.9),
        validated(4, 0.3, 0.9),
        validated(5, Double.NaN, 0.95));

    RunHistory history = RunHistory.read(folder);

    assertEquals(new BestEpoch(3, 0.9, 0.3, 2), history.best().orElseThrow());
    assertTrue(
        history
            .toString()
            .endsWith("; best validation after epoch 3: accuracy 0.9000, loss 0.3000"),
        history.toString());
  }

  @Test
  void best_epochsWithoutValidation_isNone() {
    assertEquals(Optional.empty(), recorder.history().best());
  }

  @Test
  void kept_epoch_saysWhichItIs() {
    Optional<BestEpoch> best = Optional.of(new BestEpoch(2, 0.9, 0.3, 2));

    assertEquals("those after epoch 3, the last", "" + new KeptEpoch(3, Optional.empty()));
    assertEquals(
        "those after epoch 2, the best by validation: accuracy 0.9000, loss 0.3000",
        "" + new KeptEpoch(2, best));
    assertEquals(
        "those after epoch 3, the last; the best by validation was epoch 2: accuracy 0.9000, loss"
            + " 0.3000",
        "" + new KeptEpoch(3, best));
  }

  @Test
  void toString_run_saysWhatItReached() {
    assertEquals(
        "1 epoch (2 steps) in 1.5 s: training accuracy 0.7500, loss 0.5000; validation accuracy"
            + " 0.8000, loss 0.4000; test accuracy 0.8750, loss 0.2500",
        RunHistory.read(folder).toString());
    assertEquals("0 epochs (0 steps)", recorder.history().toString());
  }
}

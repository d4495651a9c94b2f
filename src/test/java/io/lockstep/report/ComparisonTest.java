package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.training.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @TempDir private Path folder;

  private static final Comparison COMPARISON =
      new Comparison(
          List.of(
              new ComparedRun(
                  Path.of("cnn"),
                  "cnn",
                  Optional.empty(),
                  21_840,
                  List.of(
                      SmallRun.epoch(1, 0.5, 0.8, 0.4, 0.9),
                      SmallRun.epoch(2, 0.3, 0.9, 0.2, 0.95),
                      SmallRun.epoch(3, 0.1, 0.95, 0.0712, 0.98)),
                  Optional.of(new RunHistory.Score(0.0712, 0.98)),
                  12.3456),
              new ComparedRun(
                  Path.of("own"),
                  "my \"own\"",
                  Optional.empty(),
                  7_850,
                  List.of(SmallRun.epoch(1, 0.7, 0.7, 0.5, 0.8)),
                  Optional.of(new RunHistory.Score(0.5, 0.8)),
                  1)));

  @Test
  void csv_runsOfSeveralLengths_leavesCellsEmpty() {
    assertEquals(
        List.of(
            "run,parameters,seconds_training,test_loss,test_accuracy,epoch_1,epoch_2,epoch_3",
            "\"cnn\",21840,12.346,0.0712,0.98,0.9,0.95,0.98",
            "\"my \"\"own\"\"\",7850,1.000,0.5,0.8,0.8,,"),
        COMPARISON.csv().lines().toList());
  }

  @Test
  void lines_runs_standUnderEachOther() {
    assertEquals(
        List.of(
            "run       parameters   seconds      loss  accuracy  after each epoch",
            "cnn           21,840      12.3    0.0712    0.9800  0.9000 0.9500 0.9800",
            "my \"own\"       7,850       1.0    0.5000    0.8000  0.8000"),
        COMPARISON.lines());
  }

  private Path finishedRun() throws IOException {
    return SmallRun.write(folder.resolve("run"), "small", 2);
  }

  private static String refusal(Path run) {
    return assertThrows(InvalidInputException.class, () -> ComparedRun.of(run)).getMessage();
  }

  @Test
  void of_finishedRun_hasWhatItReached() throws IOException {
    assertEquals(
        new ComparedRun(
            folder.resolve("run"),
            "small",
            Optional.of("ab12"),
            23,
            List.of(
                SmallRun.epoch(1, 0.5, 0.7, 0.4, 0.75), SmallRun.epoch(2, 0.25, 0.85, 0.2, 0.875)),
            Optional.of(new RunHistory.Score(0.2, 0.875)),
            3),
        ComparedRun.of(finishedRun())); // 8 of the norm are learned, 15 of the dense layer
  }

  @Test
  void of_unfinishedRun_isRefusedWithTheCommandThatFinishesIt() throws IOException {
    Path run = finishedRun();
    Files.delete(run.resolve("metrics.json"));

    assertEquals(
        String.format(
            "%s must hold a finished run, but has no metrics.json. Finish it with submit/train.sh"
                + " --resume --out %s, or name its run file.",
            run, run),
        refusal(run));
  }

  @Test
  void of_damagedTable_isRefused() throws IOException {
    Path run = finishedRun();
    for (String damaged : List.of("", "epoch,seconds\n1,2\n", "epoch,test_accuracy\n1,x\n")) {
      Files.writeString(run.resolve("epochs.csv"), damaged);

      assertTrue(refusal(run).contains("must be a table with a column test_accuracy"));
    }
  }

  @Test
  void of_tableOfAnotherVersion_saysWhatIsMissing() throws IOException {
    Path run = finishedRun();
    Path table = run.resolve("epochs.csv");
    Files.writeString(table, "epoch,seconds\n1,2\n");

    assertEquals(
        "The epochs of a run must be a table with a column test_accuracy: "
            + table
            + " must have a column train_loss, but has epoch, seconds. It is of another version of"
            + " lockstep: read it with that one.",
        refusal(run));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test_accuracy | \"high\" | test_accuracy must be a number, but was high (FILE: 1)",
        "test_accuracy | 1.5  | test_accuracy must be in [0, 1], but was 1.5",
        "test_accuracy | \"NaN\" | test_accuracy must be in [0, 1], but was NaN",
        "test_loss     | -1   | test_loss must be >= 0 and finite, but was -1.0",
        "seconds_training | null | seconds_training is missing: set a number",
      })
  void of_damagedMetrics_areRefusedWithTheirFile(String key, String value, String defect)
      throws IOException {
    Path run = finishedRun();
    Path metrics = run.resolve("metrics.json");
    Files.writeString(
        metrics, Files.readString(metrics).replaceAll("(" + key + "\": )[0-9.]+", "$1" + value));

    assertEquals(
        metrics
            + " is damaged, or of another version of lockstep ("
            + defect.replace("FILE", metrics.toString())
            + "). Leave the run out, or train it anew.",
        refusal(run));
  }

  @Test
  void of_runFileWithoutName_isRefused() throws IOException {
    Path run = finishedRun();
    Files.writeString(run.resolve("run.conf"), "network {}");

    assertEquals(
        run.resolve("run.conf")
            + " is damaged, or of another version of lockstep (name is missing: set a text). Leave"
            + " the run out, or train it anew.",
        refusal(run));
  }
}

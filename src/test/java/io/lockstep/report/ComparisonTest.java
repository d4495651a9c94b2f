package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir private Path folder;

  private static RunHistory.Epoch epoch(
      int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {
    return new RunHistory.Epoch(
        epoch,
        new RunHistory.Score(trainLoss, trainAccuracy),
        Optional.empty(),
        Optional.of(new RunHistory.Score(testLoss, testAccuracy)),
        1.5);
  }

  private static final Comparison COMPARISON =
      new Comparison(
          List.of(
              new ComparedRun(
                  "cnn",
                  21_840,
                  List.of(
                      epoch(1, 0.5, 0.8, 0.4, 0.9),
                      epoch(2, 0.3, 0.9, 0.2, 0.95),
                      epoch(3, 0.1, 0.95, 0.0712, 0.98)),
                  0.0712,
                  0.98,
                  12.3456),
              new ComparedRun(
                  "my \"own\"", 7_850, List.of(epoch(1, 0.7, 0.7, 0.5, 0.8)), 0.5, 0.8, 1)));

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
    Network network = Network.of(Networks.vector(4).batchNorm1d().dense(3).spec());
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("run.conf"), "name = small");
    Files.writeString(
        run.resolve("epochs.csv"),
        """
        epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds
        1,0.5,0.7,0.4,0.75,1.5
        2,0.4,0.8,0.3,0.85,1.5
        """);
    Files.writeString(
        run.resolve("metrics.json"),
        "{\"test_accuracy\": 0.85, \"test_loss\": 0.3, \"seconds_training\": 3.0}");
    new TrainedNetwork(
            network, Normalization.NONE, Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)))
        .save(run.resolve("model"));
    return run;
  }

  @Test
  void of_finishedRun_hasWhatItReached() throws IOException {
    assertEquals(
        new ComparedRun(
            "small",
            23,
            List.of(epoch(1, 0.5, 0.7, 0.4, 0.75), epoch(2, 0.4, 0.8, 0.3, 0.85)),
            0.3,
            0.85,
            3),
        ComparedRun.of(finishedRun())); // 8 of the norm are learned, 15 of the dense layer
  }

  @Test
  void of_unfinishedRun_isRefusedWithTheCommandThatFinishesIt() throws IOException {
    Path run = finishedRun();
    Files.delete(run.resolve("metrics.json"));

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> ComparedRun.of(run));

    assertEquals(
        String.format(
            "%s must hold a finished run, but has no metrics.json. Finish it with submit/train.sh"
                + " --resume --out %s, or name its run file.",
            run, run),
        e.getMessage());
  }

  @Test
  void of_damagedTable_isRefused() throws IOException {
    Path run = finishedRun();
    for (String damaged : List.of("", "epoch,seconds\n1,2\n", "epoch,test_accuracy\n1,x\n")) {
      Files.writeString(run.resolve("epochs.csv"), damaged);

      InvalidInputException e =
          assertThrows(InvalidInputException.class, () -> ComparedRun.of(run));

      assertTrue(e.getMessage().contains("must be a table with a column test_accuracy"));
    }
  }
}

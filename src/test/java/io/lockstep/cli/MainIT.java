package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands inside this JVM: what {@code SubmitIT} runs as processes, where coverage counts. */
class MainIT {
  @TempDir private Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream originalErr = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(originalErr);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void trainThenEvaluate_onDigits_agreeOnTheTestRows() {
    Path run = folder.resolve("run");

    int trained =
        Main.execute(
            "train",
            "conf/softmax.conf",
            "--data",
            "digits",
            "--max-steps",
            "40",
            "--master",
            "local[2]",
            "--set",
            "data.trainRows=5000",
            "--set",
            "training.optimizer.sgd.learningRate=0.2",
            "--set",
            "data.validationRows=100",
            "--out",
            run.toString());
    int evaluated =
        Main.execute(
            "evaluate", "--model", run.toString(), "--data", "digits", "--master", "local[2]");

    assertEquals(0, trained, said());
    assertEquals(0, evaluated, said());
    Config metrics = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    Config again = ConfigFactory.parseFile(run.resolve("evaluation/metrics.json").toFile());
    assertEquals(metrics.getList("confusion"), again.getList("confusion"));
    assertEquals(metrics.getString("weights_sha256"), again.getString("weights_sha256"));
    assertTrue(Files.exists(run.resolve("evaluation/confusion.csv")));
    assertTrue(metrics.getDouble("test_accuracy") > 0.3, "better than a guess");
    assertTrue(metrics.getDouble("test_accuracy") < 0.9, "40 steps can't do that");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --workers 8 | workers must be at most the 4 shards, each holds whole ones, but was 8."
            + " Use --workers 4, or --set training.shards=8 (which changes the last bits).",
        "train --workers 0 | --workers must be >= 1, but was 0",
        "train --max-steps 0 | --max-steps must be >= 1, but was 0",
        "train --sync ring | sync must be one of [auto, barrier, job], but was ring",
        "train --init-weights none | Weights file none does not exist.",
        "evaluate --model none | Model folder none must hold network.conf and weights.safetensors,"
            + " but has no network.conf. Name a run's folder, its model folder, or a saved model (of a"
            + " saved pipeline, the folder of its stage).",
        "bench --epochs 1 | --epochs must be >= 2, but was 1",
      })
  void command_badArgument_saysSoAndReturns2(String command, String message) {
    int exitCode = Main.execute(command.split(" "));

    assertEquals("lockstep: " + message + System.lineSeparator(), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void command_unknownOption_pointsToItsHelp() {
    int exitCode = Main.execute("train", "--nope");

    assertEquals(
        String.format("lockstep: Unknown option: '--nope'%nTry submit/train.sh --help.%n"), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void main_withoutACommand_asksForOne() {
    int exitCode = Main.execute();

    assertEquals(String.format("lockstep: Which command?%nTry lockstep --help.%n"), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void train_moreWorkersThanSlotsInBarrierMode_isRefusedBeforeAnythingIsWritten() {
    Path out = folder.resolve("none");

    int exitCode =
        Main.execute(
            "train",
            "--data",
            "digits",
            "--master",
            "local[2]",
            "--workers",
            "4",
            "--sync",
            "barrier",
            "--out",
            out.toString());

    assertEquals(Main.USAGE, exitCode);
    assertTrue(
        said()
            .endsWith(
                String.format(
                    "lockstep: sync = barrier can't run: 4 workers need 4 slots at once, and there"
                        + " are 2. Use --sync job, or fewer workers, or more executor cores.%n")),
        said());
    assertTrue(Files.notExists(out), "nothing is written");
  }
}

package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumptionTest {
  @TempDir private Path folder;

  @Test
  void command_masterAndSettings_canBePastedAndTellsNoSecret() {
    SparkOption spark = new SparkOption();
    spark.master = "local-cluster[2,1,1024]";
    spark.conf.put("spark.a", "it's");
    spark.conf.put("spark.authenticate.secret", "hush");

    assertEquals(
        "submit/train.sh --resume --out runs/a-1 --tensorboard board --master"
            + " 'local-cluster[2,1,1024]' --conf 'spark.a=it'\\''s' --conf spark.authenticate.secret=...",
        Resumption.command(Path.of("runs", "a-1"), Path.of("board"), spark));
  }

  @Test
  void folder_thatIsNoRun_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> Resumption.folder(folder, "cnn", new Configuration(false)));

    assertEquals(
        "Nothing to resume: "
            + folder
            + " is not a run's folder, it has no run.conf. Name one with --out, or start a new run"
            + " without --resume.",
        e.getMessage());
  }

  @Test
  void folder_noRunOfThatName_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> Resumption.folder(null, "no-such-run", new Configuration(false)));

    assertEquals(
        "Nothing to resume: no folder runs/no-such-run-* has a checkpoint. Name a run's folder with"
            + " --out, or start a new run without --resume.",
        e.getMessage());
  }

  @Test
  void dataChoice_ofARun_isWhatItWasStartedWith() throws IOException {
    Files.writeString(folder.resolve("run.conf"), "provenance { dataChoice = digits }");
    assertEquals(Optional.of("digits"), Resumption.dataChoice(folder));

    Files.writeString(folder.resolve("run.conf"), "name = a");
    assertEquals(Optional.empty(), Resumption.dataChoice(folder));
  }
}

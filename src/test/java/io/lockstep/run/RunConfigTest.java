package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.GeneratedTable;
import io.lockstep.network.Dense;
import io.lockstep.network.Flatten;
import io.lockstep.network.Network;
import io.lockstep.network.Shape;
import io.lockstep.training.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunConfigTest {
  private static final Path CNN = Path.of("conf", "cnn.conf");

  @TempDir private Path folder;

  static Stream<Path> runFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      List<Path> runs =
          files
              .filter(file -> file.toString().endsWith(".conf"))
              .filter(file -> !file.endsWith("spark-defaults.conf"))
              .sorted()
              .toList();
      assertTrue(runs.size() >= 6, "the six networks of the README");
      return runs.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("runFiles")
  void read_everyShippedRun_isAWholeNetworkNamedLikeItsFile(Path file) {
    RunConfig run = RunConfig.read(file, List.of());

    assertEquals(file.getFileName().toString(), run.name() + ".conf");
    int classes = run.network().input() instanceof Shape.Image ? 10 : GeneratedTable.CLASSES;
    assertEquals(classes, Network.of(run.network()).classes());
  }

  @ParameterizedTest
  @MethodSource("runFiles")
  void toConfig_writtenAndRead_isTheSameRun(Path file) throws IOException {
    RunConfig run = RunConfig.read(file, List.of("data.trainRows=7", "distributed.workers=2"));
    Path resolved = folder.resolve("run.conf");
    Files.writeString(resolved, run.toConfig().root().render(HoconText.HOCON));

    assertEquals(run, RunConfig.read(resolved, List.of()));
  }

  @Test
  void set_objectForAChoice_replacesTheWholeChoice() {
    RunConfig run = RunConfig.read(CNN, List.of("training.optimizer={sgd{learningRate=0.5}}"));

    assertEquals(new Sgd(0.5, 0, false, 0), run.training().optimizer());
  }

  @Test
  void set_list_isTaken() {
    RunConfig run = RunConfig.read(CNN, List.of("network.layers=[flatten,{dense{units=3}}]"));

    assertEquals(List.of(new Flatten(), new Dense(3)), run.network().layers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training | --set must be KEY=VALUE, but was training",
        "data.trainRows=0 | data.trainRows must be >= 1 or all, but was 0",
        "data.validationRows=-1 | data.validationRows must be >= 0, but was -1",
        "training.shards=3 | training.shards must be a power of two from 1 to 1024, but was 3",
        "data.normalize.std=0 | normalize.std must be > 0 and finite, but was 0.0",
        "data.normalise.std=1 | Unknown setting data.normalise (--set: 1); did you mean normalize?"
            + " Known settings here: augment, normalize, source, trainRows, validationRows.",
        "training.keep=best | training.keep = best must have validation rows to judge epochs by, but"
            + " there are 0. Set data.validationRows >= 1, or training.keep = last.",
        "training.patience=3 | training.patience = 3 must have validation rows to judge epochs by, but"
            + " there are 0. Set data.validationRows >= 1, or training.patience = off.",
        "training.optimizer={adm{}} | training.optimizer = adm is unknown; did you mean adam? Known: adam, adamw, sgd.",
      })
  void set_badValue_isRefusedWithRuleAndValue(String setting, String message) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> RunConfig.read(CNN, List.of(setting)));

    assertEquals(message, e.getMessage());
  }

  @Test
  void read_missingFile_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> RunConfig.read(folder.resolve("none.conf"), List.of()));

    assertEquals(
        "Run file "
            + folder.resolve("none.conf")
            + " is not a file. The folder conf/ has some to start from.",
        e.getMessage());
  }
}

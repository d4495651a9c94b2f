package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointConfigTest {
  private static CheckpointConfig read(String hocon) {
    return CheckpointConfig.of(Settings.of(ConfigFactory.parseString(hocon).root(), "checkpoints"));
  }

  @Test
  void of_nothingSet_isTheDefaults() {
    assertEquals(CheckpointConfig.DEFAULTS, read(""));
  }

  @Test
  void toConfig_readBack_isTheSame() {
    CheckpointConfig config = new CheckpointConfig(7, 0.5, 1, "hdfs://a/b", 3);

    assertEquals(config, CheckpointConfig.of(Settings.of(config.toConfig(), "checkpoints")));
  }

  @Test
  void folderOf_aRun_replacesRunAtTheStartAlone() {
    assertEquals("file:/r/checkpoints", read("").folderOf("file:/r"));
    assertEquals("file:/r", read("folder = RUN").folderOf("file:/r"));
    assertEquals("/RUN/x", read("folder = /RUN/x").folderOf("file:/r"));
    assertEquals("RUNS/x", read("folder = RUNS/x").folderOf("file:/r"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "everySteps = -1 | checkpoints.everySteps must be >= 0, but was -1",
        "everyMinutes = NaN | checkpoints.everyMinutes must be >= 0 and finite, but was NaN",
        "keep = 0 | checkpoints.keep must be >= 1, but was 0",
        "folder = \" \" | checkpoints.folder must name a folder, but was blank",
        "stopSeconds = 0 | checkpoints.stopSeconds must be > 0 and finite, but was 0.0",
        "stopSeconds = 90000 | checkpoints.stopSeconds must be at most 86400, but was 90000.0",
        "every = 1 | Unknown setting checkpoints.every (String: 1). Known settings here:"
            + " everyMinutes, everySteps, folder, keep, stopSeconds.",
      })
  void of_badValue_isRefusedWithRuleAndValue(String setting, String message) {
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> read(setting));

    assertEquals(message, e.getMessage());
  }
}

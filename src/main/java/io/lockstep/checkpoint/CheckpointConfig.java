package io.lockstep.checkpoint;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.Map;

/**
 * When checkpoints are written, beside the one at each epoch's end; nothing here changes a bit of
 * the result.
 *
 * @param everySteps also after this many steps; 0 for never
 * @param everyMinutes also after this many minutes without one; finite, 0 for never
 * @param keep how many there are at a time, the newest; &ge; 1
 * @param folder of any filesystem that Hadoop knows; {@link #RUN} at its start stands for the run's
 *     own
 * @param stopSeconds how long a signal waits for the step under way; in (0, 86400]
 */
public record CheckpointConfig(
    long everySteps, double everyMinutes, int keep, String folder, double stopSeconds) {
  /** Stands for the run's folder at the start of {@link #folder}. */
  public static final String RUN = "RUN";

  public static final CheckpointConfig DEFAULTS =
      new CheckpointConfig(0, 5, 3, RUN + "/checkpoints", 20);

  private static final int DAY_SECONDS = 86_400;

  public CheckpointConfig {
    Checks.requireAtLeastZero("checkpoints.everySteps", everySteps);
    Checks.requireNonNegative("checkpoints.everyMinutes", everyMinutes);
    Checks.requireAtLeastOne("checkpoints.keep", keep);
    Checks.require(!folder.isBlank(), "checkpoints.folder must name a folder", "blank");
    Checks.requirePositive("checkpoints.stopSeconds", stopSeconds);
    Checks.require(
        stopSeconds <= DAY_SECONDS,
        "checkpoints.stopSeconds must be at most " + DAY_SECONDS,
        stopSeconds);
  }

  /** Reads {@code checkpoints { ... }} over {@link #DEFAULTS}. */
  public static CheckpointConfig of(Settings settings) {
    CheckpointConfig result =
        new CheckpointConfig(
            settings.longValue("everySteps", DEFAULTS.everySteps),
            settings.doubleValue("everyMinutes", DEFAULTS.everyMinutes),
            settings.intValue("keep", DEFAULTS.keep),
            settings.stringValue("folder", DEFAULTS.folder),
            settings.doubleValue("stopSeconds", DEFAULTS.stopSeconds));
    settings.rejectUnknown();
    return result;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            "everySteps", everySteps,
            "everyMinutes", everyMinutes,
            "keep", keep,
            "folder", folder,
            "stopSeconds", stopSeconds));
  }

  /** Where the checkpoints of the run in {@code runFolder} are. */
  public String folderOf(String runFolder) {
    return folder.equals(RUN) || folder.startsWith(RUN + "/")
        ? runFolder + folder.substring(RUN.length())
        : folder;
  }
}

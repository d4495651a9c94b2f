package io.lockstep.cli;

import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.report.RunFolder;
import io.lockstep.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Which run {@code --resume} goes on with, and how a user asks for it. */
final class Resumption {
  private static final Path RUNS = Path.of("runs");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|access.?key", Pattern.CASE_INSENSITIVE);

  private Resumption() {}

  /**
   * The folder of the run to go on with.
   *
   * @param out as asked for, or null for the newest of {@code name} in {@code runs/} that has a
   *     checkpoint
   */
  static Path folder(Path out, String name, Configuration hadoop) throws IOException {
    if (out == null) {
      return newest(name, hadoop);
    }
    if (!Files.isRegularFile(RunFolder.runFile(out))) {
      throw new InvalidInputException(
          "Nothing to resume: "
              + out
              + " is not a run's folder, it has no run.conf. Name one with --out, or start a new"
              + " run without --resume.");
    }
    return out;
  }

  private static Path newest(String name, Configuration hadoop) throws IOException {
    Pattern stamped = Pattern.compile(Pattern.quote(name) + "-\\d{8}-\\d{6}");
    if (Files.isDirectory(RUNS)) {
      try (Stream<Path> folders = Files.list(RUNS)) {
        List<Path> candidates =
            folders
                .filter(folder -> stamped.matcher(folder.getFileName().toString()).matches())
                .filter(folder -> Files.isRegularFile(RunFolder.runFile(folder)))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (Path folder : candidates) {
          RunConfig config = RunConfig.read(RunFolder.runFile(folder), List.of());
          if (!checkpoints(config, folder, hadoop).isEmpty()) {
            return folder;
          }
        }
      }
    }
    throw new InvalidInputException(
        String.format(
            "Nothing to resume: no folder %s/%s-* has a checkpoint. Name a run's folder with --out,"
                + " or start a new run without --resume.",
            RUNS, name));
  }

  /** The checkpoints of the run in {@code folder}. */
  static Checkpoints checkpoints(RunConfig config, Path folder, Configuration hadoop) {
    return Checkpoints.at(config.checkpoints().folderOf(DataChoice.hadoopPath(folder)), hadoop);
  }

  /** The {@code --data} that the run in {@code folder} was started with, if it says so. */
  static Optional<String> dataChoice(Path folder) {
    Settings provenance =
        Settings.of(HoconReader.file(RunFolder.runFile(folder))).section("provenance");
    return Optional.of(provenance.stringValue("dataChoice", "")).filter(said -> !said.isEmpty());
  }

  /**
   * The command that goes on with the run in {@code folder}, where it ran.
   *
   * @param tensorboard where TensorBoard's events go, or null
   */
  static String command(Path folder, Path tensorboard, SparkOption spark) {
    StringBuilder command = new StringBuilder("submit/train.sh --resume --out ");
    command.append(quoted(folder.toString()));
    if (tensorboard != null) {
      command.append(" --tensorboard ").append(quoted(tensorboard.toString()));
    }
    if (spark.master != null) {
      command.append(" --master ").append(quoted(spark.master));
    }
    for (Map.Entry<String, String> setting : spark.conf.entrySet()) {
      boolean secret = SECRET.matcher(setting.getKey()).find();
      String value = secret ? "..." : setting.getValue();
      command.append(" --conf ").append(quoted(setting.getKey() + "=" + value));
    }
    return command.toString();
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

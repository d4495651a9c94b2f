package io.lockstep.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.checkpoint.CheckpointConfig;
import io.lockstep.data.Augmentation;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.network.Dense;
import io.lockstep.network.Initializer;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Shape;
import io.lockstep.training.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A run file, resolved: everything that {@code conf/NAME.conf} and {@code --set} may say.
 *
 * @param name of the run, and of its folder
 * @param data which rows, and how they are scaled
 * @param network what is trained
 * @param init the first weights
 * @param training how it is trained
 * @param distributed how it is spread
 * @param checkpoints when it is saved
 */
public record RunConfig(
    String name,
    Data data,
    NetworkSpec network,
    Initializer.Scheme init,
    TrainingConfig training,
    DistributedConfig distributed,
    CheckpointConfig checkpoints) {
  /**
   * Which rows, and how they are scaled.
   *
   * @param source of the rows: what {@code --data} takes
   * @param normalization of every input value
   * @param trainRows the first rows to use; 0 for all
   * @param validationRows how many of these, the last ones, are held out; &ge; 0
   * @param augmentation of the images that are learned from
   */
  public record Data(
      String source,
      Normalization normalization,
      int trainRows,
      int validationRows,
      Augmentation augmentation) {
    public static final Data DEFAULTS =
        new Data("auto", Normalization.NONE, 0, 0, Augmentation.NONE);

    public Data {
      Checks.require(
          !source.isBlank(), "data.source must be auto, digits, table or a folder", source);
      Checks.require(trainRows >= 0, "data.trainRows must be >= 1 or all", trainRows);
      Checks.requireAtLeastZero("data.validationRows", validationRows);
    }

    private static Data of(Settings settings) {
      boolean all = settings.stringValue("trainRows", "all").equals("all");
      Data result =
          new Data(
              settings.stringValue("source", DEFAULTS.source),
              Normalization.of(settings.section("normalize")),
              all ? DEFAULTS.trainRows : atLeastOne(settings, settings.intValue("trainRows")),
              settings.intValue("validationRows", DEFAULTS.validationRows),
              Augmentation.of(settings.section("augment")));
      settings.rejectUnknown();
      return result;
    }

    private static int atLeastOne(Settings settings, int rows) {
      Checks.require(rows >= 1, settings.name("trainRows") + " must be >= 1 or all", rows);
      return rows;
    }

    private ConfigValue toConfig() {
      return ConfigValueFactory.fromMap(
          Map.of(
              "source",
              source,
              "normalize",
              normalization.toMap(),
              "trainRows",
              trainRows == 0 ? "all" : trainRows,
              "validationRows",
              validationRows,
              "augment",
              augmentation.toConfig()));
    }
  }

  /**
   * Reads {@code file} with {@code overrides} ({@code key=value}, any HOCON value) over it.
   *
   * @throws InvalidInputException naming the key, its rule and its value
   */
  public static RunConfig read(Path file, List<String> overrides) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "Run file " + file + " is not a file. The folder conf/ has some to start from.");
    }
    Config config = HoconReader.file(file);
    for (String override : overrides) {
      config = override(config, override);
    }
    try {
      RunConfig result = of(config);
      result.requireRowsToJudgeBy();
      return result;
    } catch (InvalidInputException e) {
      boolean fromFile = overrides.isEmpty(); // else it may be the command line's
      throw fromFile ? new InvalidInputException(file + ": " + e.getMessage(), e) : e;
    }
  }

  /** Replaces the whole value of a key: an optimizer that is set leaves nothing of the old one. */
  private static Config override(Config config, String keyAndValue) {
    int equals = keyAndValue.indexOf('=');
    if (equals < 1) {
      throw new InvalidInputException("--set must be KEY=VALUE, but was " + keyAndValue);
    }
    try {
      String key = keyAndValue.substring(0, equals).strip();
      return HoconReader.text("--set", keyAndValue).withFallback(config.withoutPath(key));
    } catch (ConfigException e) {
      throw new InvalidInputException("--set " + keyAndValue + ": " + e.getMessage(), e);
    }
  }

  /** Reads a whole run file, whose rows are not looked at. */
  static RunConfig of(Config config) {
    Settings settings = Settings.of(config, catalogue());
    settings.section("provenance"); // what run.conf adds is not read back
    RunConfig result =
        new RunConfig(
            settings.stringValue("name", "run"),
            Data.of(settings.section("data")),
            NetworkSpec.of(settings.section("network")),
            Initializer.Scheme.of(settings.section("init")),
            TrainingConfig.of(settings.section("training")),
            DistributedConfig.of(settings.section("distributed")),
            CheckpointConfig.of(settings.section("checkpoints")));
    settings.rejectUnknown();
    return result;
  }

  private void requireRowsToJudgeBy() {
    training
        .selection()
        .requireRows("training.", data.validationRows, "Set data.validationRows >= 1");
  }

  /** Every setting there is: those of a run that sets nothing. */
  private static Set<String> catalogue() {
    NetworkSpec any = new NetworkSpec(new Shape.Vector(1), List.of(new Dense(1)));
    RunConfig defaults =
        new RunConfig(
            "run",
            Data.DEFAULTS,
            any,
            Initializer.Scheme.DEFAULTS,
            TrainingConfig.DEFAULTS,
            DistributedConfig.DEFAULTS,
            CheckpointConfig.DEFAULTS);
    return defaults.toConfig().entrySet().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The configuration that {@link #read} reads back to this. */
  public Config toConfig() {
    return ConfigValueFactory.fromMap(
            Map.of(
                "name", name,
                "data", data.toConfig(),
                "network", network.toConfig(),
                "init", init.toConfig(),
                "training", training.toConfig(),
                "distributed", distributed.toConfig(),
                "checkpoints", checkpoints.toConfig()))
        .toConfig();
  }

  /** The same run, of rows from elsewhere. */
  public RunConfig withSource(String source) {
    Data from =
        new Data(
            source, data.normalization, data.trainRows, data.validationRows, data.augmentation);
    return new RunConfig(name, from, network, init, training, distributed, checkpoints);
  }

  /** The same run, spread otherwise. */
  public RunConfig withDistributed(DistributedConfig newDistributed) {
    return new RunConfig(name, data, network, init, training, newDistributed, checkpoints);
  }
}

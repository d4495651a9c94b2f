package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.Map;

/**
 * Everything that, together with the data, the network and its first weights, determines a training
 * run.
 *
 * @param epochs passes over the training rows; &ge; 1
 * @param batchSize examples per SGD step, over all shards; &ge; 1
 * @param shuffle whether each epoch has an order of its own
 * @param seed root of every random stream of the run, see {@link Seeds}
 * @param shards S: how many ways each minibatch is cut; a power of two, at most 1024. Another
 *     number of shards is another order of summation, and so other last bits
 * @param optimizer makes the step
 * @param schedule of the learning rate
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    boolean shuffle,
    long seed,
    int shards,
    OptimizerConfig optimizer,
    Schedule schedule)
    implements Serializable {

  /** Four shards cost under 10 % on the presets and feed four workers. */
  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(10, 64, true, 42, 4, Sgd.DEFAULTS, new ConstantSchedule());

  private static final int MAX_SHARDS = 1024;

  public TrainingConfig {
    Checks.requireAtLeastOne("training.epochs", epochs);
    Checks.requireAtLeastOne("training.batchSize", batchSize);
    Checks.require(
        shards >= 1 && shards <= MAX_SHARDS && Integer.bitCount(shards) == 1,
        "training.shards must be a power of two from 1 to " + MAX_SHARDS,
        shards);
  }

  /** Reads {@code training { ... }} over {@link #DEFAULTS}. */
  public static TrainingConfig of(Settings settings) {
    TrainingConfig result =
        new TrainingConfig(
            settings.intValue("epochs", DEFAULTS.epochs),
            settings.intValue("batchSize", DEFAULTS.batchSize),
            settings.booleanValue("shuffle", DEFAULTS.shuffle),
            settings.longValue("seed", DEFAULTS.seed),
            settings.intValue("shards", DEFAULTS.shards),
            settings
                .value("optimizer")
                .map(value -> OptimizerConfig.of(value, settings.name("optimizer")))
                .orElse(DEFAULTS.optimizer),
            settings
                .value("schedule")
                .map(value -> Schedule.of(value, settings.name("schedule")))
                .orElse(DEFAULTS.schedule));
    settings.rejectUnknown();
    return result;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            "epochs", epochs,
            "batchSize", batchSize,
            "shuffle", shuffle,
            "seed", seed,
            "shards", shards,
            "optimizer", optimizer.toConfig(),
            "schedule", schedule.toConfig()));
  }

  /** Steps of all epochs. */
  public long steps(int stepsPerEpoch) {
    return Math.multiplyExact((long) epochs, stepsPerEpoch);
  }

  /** The streams of {@link #seed}. */
  public Seeds seeds() {
    return new Seeds(seed);
  }

  public TrainingConfig withShards(int newShards) {
    return new TrainingConfig(epochs, batchSize, shuffle, seed, newShards, optimizer, schedule);
  }
}

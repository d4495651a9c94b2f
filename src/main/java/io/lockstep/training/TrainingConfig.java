package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that, together with the data, the network and its first weights, determines a training
 * run.
 *
 * @param epochs passes over the training rows; &ge; 1
 * @param batchSize examples per SGD step, over all shards; &ge; 1
 * @param shuffle whether each epoch has an order of its own
 * @param shuffleBlock neighbouring rows of a shard that are shuffled among themselves, see {@link
 *     io.lockstep.data.RowSchedule}; &ge; 0, 0 for all of them; more only with {@code shuffle}
 * @param seed root of every random stream of the run, see {@link Seeds}
 * @param shards S: how many ways each minibatch is cut; a power of two, at most 1024. Another
 *     number of shards is another order of summation, and so other last bits
 * @param optimizer makes the step
 * @param schedule of the learning rate
 * @param clipNorm the longest mean gradient that is not shortened, see {@link GradientClip}; &gt;
 *     0, {@link #NO_CLIP} for no limit
 * @param labelSmoothing part of each label that goes to all classes alike in the training loss, see
 *     {@link LabelSmoothing}; in [0, 1)
 * @param averageWeights fraction kept of the exponential average of the weights in each step, or
 *     round of {@code averageEvery}, see {@link WeightAverage}; in [0, 1), 0 for the weights
 *     themselves
 * @param averageEvery steps that each shard makes on its own weights before these are averaged, see
 *     {@link LocalSteps}; &ge; 1, 1 for none; more only with {@link Sgd}
 * @param gradients what sums of gradients are rounded to, and sent as
 * @param selection which epoch's weights are kept, and when the run stops and tests
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    boolean shuffle,
    int shuffleBlock,
    long seed,
    int shards,
    OptimizerConfig optimizer,
    Schedule schedule,
    double clipNorm,
    double labelSmoothing,
    double averageWeights,
    int averageEvery,
    GradientFormat gradients,
    Selection selection)
    implements Serializable {

  /** No gradient is too long. */
  public static final double NO_CLIP = Double.POSITIVE_INFINITY;

  /** Four shards cost under 10 % on the presets and feed four workers. */
  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(10, 64, true, 42, 4, Sgd.DEFAULTS, new ConstantSchedule());

  private static final int MAX_SHARDS = 1024;
  private static final String OFF = "off";

  public TrainingConfig {
    Checks.requireAtLeastOne("training.epochs", epochs);
    Checks.requireAtLeastOne("training.batchSize", batchSize);
    Checks.requireAtLeastZero("training.shuffleBlock", shuffleBlock);
    Checks.require(
        shuffleBlock == 0 || shuffle,
        "training.shuffleBlock must be 0 where training.shuffle is false",
        shuffleBlock);
    Checks.require(
        shards >= 1 && shards <= MAX_SHARDS && Integer.bitCount(shards) == 1,
        "training.shards must be a power of two from 1 to " + MAX_SHARDS,
        shards);
    Checks.require(clipNorm > 0, "training.clipNorm must be > 0", clipNorm);
    requireFraction("training.labelSmoothing", labelSmoothing);
    requireFraction("training.averageWeights", averageWeights);
    Checks.requireAtLeastOne("training.averageEvery", averageEvery);
    Checks.require(
        averageEvery == 1 || optimizer instanceof Sgd,
        "training.averageEvery > 1 makes steps whose memory ends with each average, so"
            + " training.optimizer must be sgd",
        optimizer.kind());
  }

  private static void requireFraction(String name, double value) {
    Checks.require(value >= 0 && value < 1, name + " must be in [0, 1)", value);
  }

  /** With all the rest as in {@link #DEFAULTS}. */
  public TrainingConfig(
      int epochs,
      int batchSize,
      boolean shuffle,
      long seed,
      int shards,
      OptimizerConfig optimizer,
      Schedule schedule) {
    this(
        epochs,
        batchSize,
        shuffle,
        0,
        seed,
        shards,
        optimizer,
        schedule,
        NO_CLIP,
        0,
        0,
        1,
        GradientFormat.FLOAT32,
        Selection.DEFAULTS);
  }

  /** Whether the mean gradient of all shards is clipped. */
  public boolean clips() {
    return clipNorm < NO_CLIP && !stepsLocally();
  }

  /** Whether shards make steps on weights of their own. */
  public boolean stepsLocally() {
    return averageEvery > 1;
  }

  /** What a shard does by itself between two averages. */
  TrainingConfig ofLocalSteps() {
    return copy(shards, 0, 1, GradientFormat.FLOAT32);
  }

  /** Reads {@code training { ... }} over {@link #DEFAULTS}. */
  public static TrainingConfig of(Settings settings) {
    TrainingConfig result =
        new TrainingConfig(
            settings.intValue("epochs", DEFAULTS.epochs),
            settings.intValue("batchSize", DEFAULTS.batchSize),
            settings.booleanValue("shuffle", DEFAULTS.shuffle),
            settings.intValue("shuffleBlock", DEFAULTS.shuffleBlock),
            settings.longValue("seed", DEFAULTS.seed),
            settings.intValue("shards", DEFAULTS.shards),
            settings
                .value("optimizer")
                .map(value -> OptimizerConfig.of(value, settings.name("optimizer")))
                .orElse(DEFAULTS.optimizer),
            settings
                .value("schedule")
                .map(value -> Schedule.of(value, settings.name("schedule")))
                .orElse(DEFAULTS.schedule),
            clipNorm(settings),
            settings.doubleValue("labelSmoothing", DEFAULTS.labelSmoothing),
            settings.doubleValue("averageWeights", DEFAULTS.averageWeights),
            settings.intValue("averageEvery", DEFAULTS.averageEvery),
            GradientFormat.of(settings.stringValue("gradients", DEFAULTS.gradients.toString())),
            Selection.of(settings));
    settings.rejectUnknown();
    return result;
  }

  private static double clipNorm(Settings settings) {
    if (settings.stringValue("clipNorm", OFF).equals(OFF)) {
      return DEFAULTS.clipNorm;
    }
    double norm = settings.doubleValue("clipNorm");
    Checks.require(
        Double.isFinite(norm) && norm > 0,
        settings.name("clipNorm") + " must be > 0 and finite, or off",
        norm);
    return norm;
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigValue toConfig() {
    Map<String, Object> section = new TreeMap<>(selection.toMap());
    section.put("epochs", epochs);
    section.put("batchSize", batchSize);
    section.put("shuffle", shuffle);
    section.put("shuffleBlock", shuffleBlock);
    section.put("seed", seed);
    section.put("shards", shards);
    section.put("optimizer", optimizer.toConfig());
    section.put("schedule", schedule.toConfig());
    section.put("clipNorm", clipNorm == NO_CLIP ? OFF : clipNorm);
    section.put("labelSmoothing", labelSmoothing);
    section.put("averageWeights", averageWeights);
    section.put("averageEvery", averageEvery);
    section.put("gradients", gradients.toString());
    return ConfigValueFactory.fromMap(section);
  }

  /**
   * What makes the steps of a network with this many parameters, and the average of their weights
   * where that is kept.
   */
  public Optimizer newOptimizer(int parameterCount) {
    Optimizer steps =
        stepsLocally() ? new LocalSteps.Average() : optimizer.newOptimizer(parameterCount);
    return averageWeights > 0
        ? new WeightAverage(steps, averageWeights, averageEvery, parameterCount)
        : steps;
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
    return copy(newShards, averageWeights, averageEvery, gradients);
  }

  private TrainingConfig copy(
      int newShards, double newAverageWeights, int newAverageEvery, GradientFormat newGradients) {
    return new TrainingConfig(
        epochs,
        batchSize,
        shuffle,
        shuffleBlock,
        seed,
        newShards,
        optimizer,
        schedule,
        clipNorm,
        labelSmoothing,
        newAverageWeights,
        newAverageEvery,
        newGradients,
        selection);
  }
}

package io.lockstep.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.Version;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.DataFingerprint;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DriverMemory;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.training.RunPlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A run but for its rows and its cluster: resolved, and found to be free of contradictions.
 *
 * @param config what its run file says, or the params of an estimator
 * @param network what is trained, compiled
 * @param maxSteps the steps after which it ends early, if it does; &ge; 1
 * @param firstWeightsSha256 of the weights that it was given, if it does not draw them
 */
public record RunDescription(
    RunConfig config, Network network, OptionalLong maxSteps, Optional<String> firstWeightsSha256) {
  private static final String MAX_STEPS = "maxSteps";
  private static final String FIRST_WEIGHTS = "firstWeights";
  private static final String DRAWN = "drawn";
  private static final String NETWORK = "network";

  public RunDescription {
    maxSteps.ifPresent(steps -> Checks.require(steps >= 1, "maxSteps must be >= 1", steps));
    Crew.requireAtMostShards(config.distributed().workers(), config.training().shards());
  }

  /**
   * The run of {@code config} that draws its first weights and makes all its steps.
   *
   * @throws io.lockstep.base.InvalidInputException if its parts don't fit each other
   */
  public static RunDescription of(RunConfig config) {
    return new RunDescription(
        config, Network.of(config.network()), OptionalLong.empty(), Optional.empty());
  }

  /** The same run, ending early. */
  public RunDescription endingAfter(OptionalLong newMaxSteps) {
    return new RunDescription(config, network, newMaxSteps, firstWeightsSha256);
  }

  /** The same run, beginning with weights of this checksum, if with any. */
  public RunDescription beginningWith(Optional<String> newFirstWeightsSha256) {
    return new RunDescription(config, network, maxSteps, newFirstWeightsSha256);
  }

  /** This run with what it leaves open taken from {@code there}, which it goes on with. */
  public RunDescription completedBy(RunIdentity there) {
    Settings settings = Settings.of(there.settings());
    long steps = settings.longValue(MAX_STEPS, 0);
    String weights = settings.stringValue(FIRST_WEIGHTS, DRAWN);
    return endingAfter(maxSteps.isPresent() || steps == 0 ? maxSteps : OptionalLong.of(steps))
        .beginningWith(
            firstWeightsSha256.or(() -> Optional.of(weights).filter(sha -> !sha.equals(DRAWN))));
  }

  /**
   * Refuses a heap of this JVM that can't hold the run, whatever the cluster.
   *
   * @throws io.lockstep.base.InvalidInputException with both figures and the remedy
   */
  public void requireDriverMemory() {
    DriverMemory.require(
        network.parameterCount(), config.training(), 1, Runtime.getRuntime().maxMemory());
  }

  /** How its rows are dealt to {@code workers}. */
  public ShardedData.Layout deal(int workers) {
    return new ShardedData.Layout(
        config.training().shards(),
        workers,
        network.inputSize(),
        config.data().trainRows(),
        config.data().validationRows());
  }

  /** What every worker must know to train on {@code rows} rows. */
  RunPlan plan(long rows) {
    return RunPlan.of(network, config.data().normalization(), config.training(), rows)
        .withAugmentation(config.data().augmentation());
  }

  /**
   * {@code run} with the settings that it lacks at their defaults: an older lockstep did not know
   * them, and did what their defaults say.
   */
  static RunIdentity completed(RunIdentity run) {
    Config own = run.settings();
    Config file =
        own.withoutPath(MAX_STEPS)
            .withoutPath(FIRST_WEIGHTS)
            .withValue(NETWORK, run.network().toConfig());
    try {
      Config whole = RunConfig.of(file).toConfig().withoutPath(NETWORK);
      for (String key : List.of(MAX_STEPS, FIRST_WEIGHTS)) {
        whole = own.hasPath(key) ? whole.withValue(key, own.getValue(key)) : whole;
      }
      return new RunIdentity(run.arithmetic(), run.network(), run.data(), whole);
    } catch (InvalidInputException e) {
      return run; // of a later lockstep: the comparison names the setting that is not known here
    }
  }

  /** What decides its bits on the rows of {@code data}. */
  public RunIdentity identity(DataFingerprint data) {
    Config settings =
        config
            .toConfig()
            .withoutPath(NETWORK)
            .withValue(MAX_STEPS, ConfigValueFactory.fromAnyRef(maxSteps.orElse(0)))
            .withValue(
                FIRST_WEIGHTS, ConfigValueFactory.fromAnyRef(firstWeightsSha256.orElse(DRAWN)));
    return new RunIdentity(Version.ARITHMETIC, config.network(), Optional.of(data), settings);
  }
}

package io.lockstep;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Settings;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.training.TrainingConfig;
import java.io.File;

/**
 * What a benchmark takes from a run file: the part of one worker among two.
 *
 * @param shards of the worker
 * @param share images of one shard in a step
 */
public record BenchmarkedRun(Network network, Normalization normalization, int shards, int share) {
  private static final int WORKERS = 2;

  /** The run of {@code conf/NAME.conf}; the project's folder is the current one. */
  public static BenchmarkedRun of(String name) {
    Config config = ConfigFactory.parseFile(new File("conf", name + ".conf"));
    Settings settings = Settings.of(config);
    TrainingConfig training = TrainingConfig.of(settings.section("training"));
    return new BenchmarkedRun(
        Network.of(NetworkSpec.of(settings.section("network"))),
        Normalization.of(settings.section("data").section("normalize")),
        training.shards() / WORKERS,
        training.batchSize() / training.shards());
  }

  /** Images that pass the network together. */
  public int batch() {
    return network.sumsAnyImages() ? shards * share : share;
  }
}

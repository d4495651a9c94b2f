package io.lockstep.training;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Settings;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Small runs for tests. */
final class Runs {
  static final LabeledImages TRAIN = Digits.draw(Split.TRAIN, 150);
  static final LabeledImages TEST = Digits.draw(Split.TEST, 40);

  static final Normalization NORMALIZATION = new Normalization(0.1307, 0.3081);

  private Runs() {}

  static Network network(String layers) {
    String hocon = "input = [1, 28, 28], layers = " + layers;
    return Network.of(
        NetworkSpec.of(Settings.of(ConfigFactory.parseString(hocon).root(), "network")));
  }

  static Network smallCnn() {
    return network(
        "[{conv2d {filters = 3, kernel = 5}}, relu, {maxPool2d {kernel = 4}}, flatten,"
            + " {dense {units = 10}}]");
  }

  static TrainingConfig config(int epochs, int batchSize, int shards) {
    return new TrainingConfig(
        epochs, batchSize, true, 42, shards, new Sgd(0.05, 0.5, false, 0), new ConstantSchedule());
  }

  /** What a run file says in {@code training}, but for epochs and batch size. */
  static TrainingConfig config(String hocon, int epochs, int batchSize) {
    return config(hocon + ", epochs = " + epochs, batchSize);
  }

  /** What a run file says in {@code training}, but for the batch size. */
  static TrainingConfig config(String hocon, int batchSize) {
    String all = String.format("%s, batchSize = %d", hocon, batchSize);
    return TrainingConfig.of(Settings.of(ConfigFactory.parseString(all).root(), "training"));
  }

  static RunPlan plan(Network network, TrainingConfig config, long rows) {
    return RunPlan.of(network, NORMALIZATION, config, rows);
  }

  static float[] weights(Network network) {
    return Initializer.Scheme.DEFAULTS.draw(network, TrainingConfig.DEFAULTS.seeds());
  }

  /** Of an epoch without any row. */
  static EpochReport report() {
    return new EpochReport(1, 1, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), 1);
  }

  /** Of {@code steps}; 0 for all there are. */
  static OptionalLong atMost(long steps) {
    return steps == 0 ? OptionalLong.empty() : OptionalLong.of(steps);
  }

  /** Keeps what it is told. */
  static final class Told implements TrainingListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<EpochReport> epochs = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      steps.add(report);
    }

    @Override
    public void onEpoch(EpochReport report) {
      epochs.add(report);
    }
  }
}

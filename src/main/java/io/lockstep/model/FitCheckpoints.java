package io.lockstep.model;

import io.lockstep.base.Sha256;
import io.lockstep.checkpoint.CheckpointConfig;
import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.distributed.ShardedData;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one fit.
 *
 * @param store where they are; empty without a folder
 */
record FitCheckpoints(Optional<Store> store) {
  private static final Logger LOG = LoggerFactory.getLogger(NeuralNetworkClassifier.class);
  private static final int NAME_DIGITS = 16;

  /**
   * A folder for one run.
   *
   * @param checkpoints in it
   * @param run whose they are
   */
  record Store(Checkpoints checkpoints, RunIdentity run) {}

  /** Those that {@code stage} asks for. */
  static FitCheckpoints of(NeuralNetworkClassifier stage, FitSettings settings, ShardedData data) {
    if (!stage.isDefined(stage.checkpointFolder())) {
      return new FitCheckpoints(Optional.empty());
    }
    RunIdentity run = settings.identity(data.sha256());
    Path folder = new Path(stage.getCheckpointFolder(), nameOf(run));
    return new FitCheckpoints(
        Optional.of(
            new Store(
                Checkpoints.at(folder.toString(), data.groups().context().hadoopConfiguration()),
                run)));
  }

  private static String nameOf(RunIdentity run) {
    MessageDigest digest = Sha256.digest();
    for (String part :
        new String[] {
          run.dataSha256(),
          FitSettings.text(run.network().toConfig()),
          FitSettings.text(run.settings().root())
        }) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
    }
    return "fit-" + Sha256.hex(digest).substring(0, NAME_DIGITS);
  }

  /** A session from the start, or from the newest checkpoint, that writes checkpoints. */
  TrainingSession session(
      FitSettings settings, RunPlan plan, boolean validates, TrainingListener listener) {
    Optional<Checkpoints.Found> found = store.flatMap(FitCheckpoints::newest);
    TrainingListener all = store.map(own -> listener.andThen(writer(own, found))).orElse(listener);
    return found.isPresent()
        ? new TrainingSession(
            settings.training(), plan, found.get().checkpoint().state(), validates, 0, all)
        : new TrainingSession(
            settings.training(),
            plan,
            settings.init().draw(plan.network(), settings.training().seeds()),
            validates,
            0,
            all);
  }

  private static Optional<Checkpoints.Found> newest(Store store) {
    Optional<Checkpoints.Found> found = store.checkpoints.newest(LOG::warn);
    found.ifPresent(
        checkpoint -> {
          checkpoint.checkpoint().run().requireSame(store.run, checkpoint.file());
          LOG.info("fit goes on from {}", checkpoint.file());
        });
    return found;
  }

  private static TrainingListener writer(Store store, Optional<Checkpoints.Found> found) {
    return new CheckpointWriter(
        store.checkpoints,
        CheckpointConfig.DEFAULTS,
        store.run,
        found.map(Checkpoints.Found::written),
        () -> {});
  }
}

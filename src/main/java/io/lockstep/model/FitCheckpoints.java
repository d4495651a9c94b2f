package io.lockstep.model;

import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.run.Run;
import io.lockstep.run.Start;
import io.lockstep.training.TrainingListener;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one fit.
 *
 * @param store where they are; empty without a folder
 * @param start the newest of them, or first weights
 */
record FitCheckpoints(Optional<Checkpoints> store, Start start) {
  private static final Logger LOG = LoggerFactory.getLogger(NeuralNetworkClassifier.class);
  private static final int NAME_DIGITS = 16;

  /** Those that {@code stage} asks for, in a folder for this very run. */
  static FitCheckpoints of(NeuralNetworkClassifier stage, Run run, Configuration hadoop) {
    if (!stage.isDefined(stage.checkpointFolder())) {
      return new FitCheckpoints(Optional.empty(), Start.drawn());
    }
    String name = "fit-" + run.identity().sha256().substring(0, NAME_DIGITS);
    Path folder = new Path(stage.getCheckpointFolder(), name);
    Checkpoints checkpoints = Checkpoints.at(folder.toString(), hadoop);
    Optional<Start> newest =
        Start.newest(checkpoints, LOG::warn, RunIdentity.Accepted.SAME_ARITHMETIC);
    newest
        .flatMap(Start::checkpoint)
        .ifPresent(checkpoint -> LOG.info("fit goes on from {}", checkpoint.file()));
    return new FitCheckpoints(Optional.of(checkpoints), newest.orElseGet(Start::drawn));
  }

  /** Writes them, beside what {@code listener} does. */
  TrainingListener andThenWrite(Run run, TrainingListener listener) {
    return store
        .map(own -> listener.andThen(run.checkpointWriter(own, start, () -> {})))
        .orElse(listener);
  }
}

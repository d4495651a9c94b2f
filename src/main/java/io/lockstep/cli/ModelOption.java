package io.lockstep.cli;

import io.lockstep.network.TrainedNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of every command that uses a trained network. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "RUN_OR_MODEL",
      description = "A run's folder, or its model folder.")
  Path folder;

  /** The folder of the weights, in a run's folder or itself. */
  Path weightsFolder() {
    Path ofRun = folder.resolve("model");
    return (Files.isDirectory(ofRun) ? ofRun : folder).toAbsolutePath().normalize();
  }

  TrainedNetwork load() {
    return TrainedNetwork.load(folder);
  }
}

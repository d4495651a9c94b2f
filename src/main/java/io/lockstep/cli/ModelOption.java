package io.lockstep.cli;

import io.lockstep.network.Ensemble;
import io.lockstep.network.TrainedNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The option of every command that uses a trained network. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "RUN_OR_MODEL",
      description = {
        "A run's folder, or its model folder. Given more than once, the class probabilities of all"
            + " are averaged."
      })
  List<Path> folders;

  /** The folder of the first model's weights, in a run's folder or itself. */
  Path weightsFolder() {
    Path folder = folders.get(0);
    Path ofRun = folder.resolve("model");
    return (Files.isDirectory(ofRun) ? ofRun : folder).toAbsolutePath().normalize();
  }

  /** What the folders hold, in the order given. */
  Ensemble load() {
    return new Ensemble(folders.stream().map(TrainedNetwork::load).toList());
  }

  /** For the line that says which models answer. */
  String description() {
    return folders.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}

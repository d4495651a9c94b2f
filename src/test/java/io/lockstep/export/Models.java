package io.lockstep.export;

import io.lockstep.network.EveryLayer;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Networks to export, with weights that nobody trained. */
final class Models {
  private Models() {}

  /** The run files in conf/. */
  static List<Path> runFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files
          .filter(file -> file.toString().endsWith(".conf"))
          .filter(file -> !file.endsWith("spark-defaults.conf"))
          .sorted()
          .toList();
    }
  }

  /** The network of a run file. */
  static TrainedNetwork of(Path runFile) {
    RunConfig run = RunConfig.read(runFile, List.of());
    Network network = Network.of(run.network());
    return new TrainedNetwork(network, run.data().normalization(), EveryLayer.weights(network, 11));
  }

  /** A network of every kind of layer. */
  static TrainedNetwork everyLayer(long seed) {
    Network network = EveryLayer.network();
    return new TrainedNetwork(
        network, new Normalization(0.1 * seed, 0.3), EveryLayer.weights(network, seed));
  }
}

package io.lockstep.examples;

import io.lockstep.network.Network;
import io.lockstep.network.TrainedNetwork;
import java.nio.file.Path;

/** Scores one image without Spark. */
final class PlainJvmExample {
  private PlainJvmExample() {}

  /** Returns the class probabilities of 28 x 28 pixels. */
  static double[] run(String modelPath, byte[] pixels) {
    // Shown in src/docs/estimator.md
    TrainedNetwork network = Network.load(Path.of(modelPath));
    double[] probabilities = network.probabilities(pixels);
    // Shown up to here
    return probabilities;
  }
}

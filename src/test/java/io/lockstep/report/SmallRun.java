package io.lockstep.report;

import io.lockstep.base.Seeds;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.HistoryTables;
import io.lockstep.training.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The folder of a finished run that nobody trained. */
final class SmallRun {
  private static final Networks.Layers LAYERS = Networks.vector(4).batchNorm1d().dense(3);

  private SmallRun() {}

  /** An epoch that took 1.5 seconds. */
  static RunHistory.Epoch epoch(
      int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {
    return new RunHistory.Epoch(
        epoch,
        new RunHistory.Score(trainLoss, trainAccuracy),
        Optional.empty(),
        Optional.of(new RunHistory.Score(testLoss, testAccuracy)),
        1.5);
  }

  /** Writes {@code folder}, which is new; each epoch is a bit better than the one before. */
  static Path write(Path folder, String name, int epochs) throws IOException {
    Files.createDirectories(folder);
    Network network = Network.of(LAYERS.spec());
    Files.writeString(
        folder.resolve("run.conf"),
        String.format(
            "name = \"%s\", provenance.dataSha256 = ab12%nnetwork { input = [4], layers ="
                + " [batchNorm1d, {dense {units = 3}}] }",
            name));
    StringBuilder table = new StringBuilder(HistoryTables.epochsHead(false));
    for (int i = 1; i <= epochs; i++) {
      table.append(HistoryTables.row(epoch(i, 0.5 / i, 1 - 0.3 / i, 0.4 / i, accuracyAfter(i))));
    }
    Files.writeString(folder.resolve("epochs.csv"), table);
    Files.writeString(
        folder.resolve("metrics.json"),
        String.format(
            Locale.ROOT,
            "{\"test_accuracy\": %s, \"test_loss\": %s, \"seconds_training\": %s}",
            accuracyAfter(epochs),
            0.4 / epochs,
            1.5 * epochs));
    new TrainedNetwork(
            network, Normalization.NONE, Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)))
        .save(folder.resolve("model"));
    return folder;
  }

  private static double accuracyAfter(int epoch) {
    return 1 - 0.25 / epoch;
  }
}

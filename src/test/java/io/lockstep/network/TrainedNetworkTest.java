package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainedNetworkTest {
  private final Network network = TestNetworks.of(TestNetworks.CNN);
  private final TrainedNetwork model =
      new TrainedNetwork(
          network,
          new Normalization(0.1307, 0.3081),
          Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)));
  private Path folder;

  @BeforeEach
  void setUp(@TempDir Path parent) {
    folder = parent.resolve("runs").resolve("model");
  }

  @Test
  void load_saved_givesTheSameModel() {
    model.save(folder);

    TrainedNetwork loaded = TrainedNetwork.load(folder);

    assertEquals(network.spec(), loaded.network().spec());
    assertEquals(model.normalization(), loaded.normalization());
    assertArrayEquals(model.weights(), loaded.weights());
  }

  @Test
  void save_newFolder_holdsTwoFiles() throws IOException {
    model.save(folder);

    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("network.conf", "weights.safetensors"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void save_existingFolder_isRefused() {
    model.save(folder);

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> model.save(folder));

    assertEquals(
        "Output " + folder + " must be new, but it exists. Choose another or remove it.",
        e.getMessage());
  }

  @Test
  void load_folderWithoutDescription_saysWhatItMustHold() {
    assertRefused(
        "Model folder "
            + folder
            + " must hold network.conf and weights.safetensors, but has no network.conf. Name a"
            + " run's folder, its model folder, or a saved model (of a saved pipeline, the folder of"
            + " its stage).");
  }

  @Test
  void load_withoutWeights_saysSo() throws IOException {
    model.save(folder);
    Files.delete(folder.resolve("weights.safetensors"));

    assertRefused("Weights file " + folder.resolve("weights.safetensors") + " does not exist.");
  }

  @Test
  void load_weightsOfAnotherNetwork_saysWhichTensorsDiffer() throws IOException {
    model.save(folder);
    Files.write(
        folder.resolve("weights.safetensors"),
        Safetensors.encode(TestNetworks.tiny(), new float[8]));

    assertRefused(
        folder.resolve("weights.safetensors")
            + ": its tensors must be those of the network; missing: [0.bias, 0.weight, 3.bias,"
            + " 3.weight, 7.bias, 7.weight, 9.bias, 9.weight], not in the network: [1.bias,"
            + " 1.weight]. Is this the file of another network?");
  }

  @Test
  void load_unknownKeyInTheDescription_namesTheNearest() throws IOException {
    model.save(folder);
    Path description = folder.resolve("network.conf");
    Files.writeString(description, Files.readString(description).replace("normalize", "normalise"));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> TrainedNetwork.load(folder));

    assertTrue(
        e.getMessage()
            .startsWith(description + ": Unknown setting normalise (" + description + ": "),
        e.getMessage());
    assertTrue(
        e.getMessage()
            .endsWith(
                "; did you mean normalize? Known settings here: lockstep, network, normalize."),
        e.getMessage());
  }

  @Test
  void load_descriptionThatIsNotHocon_saysThatItIsDamaged() throws IOException {
    model.save(folder);
    Files.writeString(folder.resolve("network.conf"), "network { input = [1,");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> TrainedNetwork.load(folder));

    assertTrue(
        e.getMessage().startsWith(folder.resolve("network.conf") + ": 1: List should have had"),
        e.getMessage());
  }

  @Test
  void load_descriptionThatIsNotText_isAnInputError() throws IOException {
    model.save(folder);
    Files.write(folder.resolve("network.conf"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> TrainedNetwork.load(folder));

    assertTrue(
        e.getMessage().startsWith(folder.resolve("network.conf") + " is damaged: "),
        e.getMessage());
  }

  private void assertRefused(String message) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> TrainedNetwork.load(folder));

    assertEquals(message, e.getMessage());
  }
}

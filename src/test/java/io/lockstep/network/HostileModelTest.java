package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.Hostile;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that somebody made to do harm. */
@Tag("hostile")
class HostileModelTest {
  private static final int TRIALS = 10_000;

  /** What the parser needs for a text of nothing, and for each byte. */
  private static final long CONSTANT = 4L << 20;

  private static final long FACTOR = 1000;

  @TempDir private Path folder;

  private final List<TrainedNetwork> models =
      List.of(model(TestNetworks.tiny()), model(TestNetworks.of(TestNetworks.CNN)));

  private static TrainedNetwork model(Network network) {
    return new TrainedNetwork(
        network,
        new Normalization(0.1307, 0.3081),
        Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)));
  }

  private Path description;
  private Path weights;

  @BeforeEach
  void name() {
    description = folder.resolve(TrainedNetwork.DESCRIPTION_FILE);
    weights = folder.resolve(TrainedNetwork.WEIGHTS_FILE);
  }

  private static byte[] description(TrainedNetwork model) {
    return model.description().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] weights(TrainedNetwork model) {
    return Safetensors.encode(model.network(), model.weights());
  }

  @Test
  void decode_hostileWeights_areReadOrRefused() {
    Network network = models.get(1).network();

    int refused =
        Hostile.refusals(
            TRIALS,
            "w.safetensors",
            CONSTANT,
            FACTOR,
            List.of(weights(models.get(1))),
            file -> Safetensors.decode("w.safetensors", file, network));

    assertTrue(refused > TRIALS / 3, "refused " + refused);
  }

  @Test
  void load_hostileDescription_isReadOrRefused() throws IOException {
    Files.write(weights, weights(models.get(0)));
    List<byte[]> descriptions = models.stream().map(HostileModelTest::description).toList();

    int refused =
        Hostile.refusals(
            TRIALS,
            folder.toString(),
            CONSTANT,
            FACTOR,
            descriptions,
            file -> {
              Files.write(description, file);
              TrainedNetwork.load(folder);
            });

    assertTrue(refused > TRIALS / 2, "refused " + refused);
  }

  @Test
  void load_hostileWeights_areReadOrRefused() throws IOException {
    Files.write(description, description(models.get(0)));
    int trials = 2_000; // the bytes alone have had more

    int refused =
        Hostile.refusals(
            trials,
            weights.toString(),
            CONSTANT,
            FACTOR,
            List.of(weights(models.get(0))),
            file -> {
              Files.write(weights, file);
              TrainedNetwork.load(folder);
            });

    assertTrue(refused > trials / 3, "refused " + refused);
  }

  @Test
  void load_pairsThatContradictEachOther_areRefused() throws IOException {
    List<TrainedNetwork> all = new ArrayList<>(models);
    all.add(model(TestNetworks.of("input = [3], layers = [relu, {dense {units = 2}}]")));
    all.add(model(TestNetworks.of("input = [2], layers = [relu, {dense {units = 3}}]")));
    int refused = 0;
    for (TrainedNetwork described : all) {
      for (TrainedNetwork weighed : all) {
        Files.write(description, description(described));
        Files.write(weights, weights(weighed));
        List<?> expected = described.network().parameters();
        if (expected.equals(weighed.network().parameters())) {
          assertArrayEquals(weighed.weights(), TrainedNetwork.load(folder).weights());
        } else {
          assertTrue(
              Hostile.isRefused(
                  "pair",
                  weights.toString(),
                  new byte[0],
                  CONSTANT,
                  file -> TrainedNetwork.load(folder)));
          refused++;
        }
      }
    }
    assertEquals(10, refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input = [1, 65536, 65536], layers = [flatten, {dense {units = 1}}]",
        "input = [65536, 65536, 1], layers = [flatten, {dense {units = 1}}]",
        "input = [2147483647], layers = [{dense {units = 2147483647}}]",
        "input = [46341], layers = [{dense {units = 46341}}]",
        "input = [2000000000], layers = [{dense {units = 1}}]",
        "input = [1, 1, 1], layers = [{conv2d {filters = 1, kernel = 65536, padding = 40000}}, flatten]",
        "input = [1, 1, 1], layers = [{conv2d {filters = 1, kernel = 1, padding = 30000}}, flatten]",
        "input = [9, 8, 8], layers = [{conv2d {filters = 2147483647, kernel = 3}}, flatten]",
        "input = [1, 1, 1], layers = [{avgPool2d {kernel = 65536, padding = 32768}}, flatten, {dense"
            + " {units = 2}}]",
        "input = [1, 1, 1], layers = [{maxPool2d {kernel = 2147483647, padding = 1073741823}},"
            + " flatten, {dense {units = 2}}]",
        "input = [1, 40000, 40000], layers = [{conv2d {filters = 1, kernel = 9, stride = 40000,"
            + " padding = 4}}, flatten]",
      })
  void load_dimensionsThatOverflow_areRefused(String network) throws IOException {
    Files.writeString(description, "network {" + network + "}");

    assertTrue(
        Hostile.isRefused(
            network,
            description.toString(),
            new byte[0],
            CONSTANT,
            file -> TrainedNetwork.load(folder)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "{a:", "{\"1.weight\":[", "a.", "${a", "(", "\"\"\"", "//", "-", "1e"})
  void decode_headerOfNothingButOneThing_isRefused(String repeated) {
    String header = repeated.repeat((1 << 19) / repeated.length());
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] file =
        ByteBuffer.allocate(8 + json.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array();

    boolean refused =
        assertTimeoutPreemptively(
            Duration.ofMinutes(1),
            () ->
                Hostile.isRefused(
                    repeated,
                    "w.safetensors",
                    file,
                    CONSTANT + FACTOR * file.length,
                    bytes -> Safetensors.decode("w.safetensors", bytes, models.get(0).network())));
    assertTrue(refused);
  }

  @Test
  void load_weightsThatAreNoFile_areRefused() throws Exception {
    Files.write(description, description(models.get(0)));
    Files.createDirectory(weights);
    assertRefused("Weights file " + weights + " is not a file.");

    Files.delete(weights);
    assertEquals(0, new ProcessBuilder("mkfifo", weights.toString()).start().waitFor());
    assertRefused("Weights file " + weights + " is not a file.");
  }

  private void assertRefused(String message) {
    InvalidInputException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(InvalidInputException.class, () -> TrainedNetwork.load(folder)));
    assertEquals(message, e.getMessage());
  }
}

package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.Hostile;
import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of saved Spark ML models that somebody made to do harm. */
@Tag("spark")
class HostileSparkModelTest {
  private static final Path GOLDEN = GoldenModel.FOLDER.resolve("model-0.1").resolve("model");

  @TempDir private Path folder;

  @BeforeEach
  void copyModel() throws IOException {
    TestSpark.session();
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(GOLDEN.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private Path metadata() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("metadata"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private NeuralNetworkClassificationModel load() {
    return NeuralNetworkClassificationModel.load(folder.toUri().toString());
  }

  @ParameterizedTest
  @CsvSource({"metadata, 60", "network.conf, 150", "weights.safetensors, 150"})
  void load_hostileFile_isReadOrRefused(String name, int trials) throws IOException {
    Path file = name.equals("metadata") ? metadata() : folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);

    int refused =
        Hostile.refusals(
            trials,
            folder.getFileName().toString(),
            64L << 20, // a Spark job
            1000,
            List.of(whole),
            bytes -> {
              Files.write(file, bytes);
              load();
            });

    assertTrue(refused > trials / 3, "refused " + refused);
  }

  private String refusal() {
    return assertThrows(InvalidInputException.class, this::load).getMessage();
  }

  @Test
  void load_deepMetadata_isRefused() throws IOException {
    Files.writeString(metadata(), "{\"class\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");

    assertTrue(
        refusal().startsWith("Model folder " + folder.toUri() + " has no metadata"), refusal());
  }

  @Test
  void load_bytesThatDoNotMatchTheirChecksum_areRefused() throws IOException {
    Path saved = folder.resolve("saved");
    load().write().save(saved.toUri().toString());
    Path weights = saved.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    String message =
        assertThrows(
                InvalidInputException.class,
                () -> NeuralNetworkClassificationModel.load(saved.toUri().toString()))
            .getMessage();
    assertTrue(message.contains(saved.getFileName() + " is damaged: Checksum error: "), message);
  }

  @Test
  void load_withoutWeights_saysSo() throws IOException {
    Files.delete(folder.resolve("weights.safetensors"));

    assertEquals(
        "Weights file "
            + new org.apache.hadoop.fs.Path(folder.toUri().toString(), "weights.safetensors")
            + " does not exist.",
        refusal());
  }

  @Test
  void load_foldersForFiles_areRefused() throws IOException {
    Files.delete(folder.resolve("weights.safetensors"));
    Files.createDirectory(folder.resolve("weights.safetensors"));

    assertTrue(refusal().contains(" must hold files that can be read: "), refusal());
  }
}

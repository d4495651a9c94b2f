package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Dense;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataChoiceTest {
  /** Nobody listens on port 1. */
  private static final List<URI> NO_NETWORK = List.of(URI.create("http://127.0.0.1:1/"));

  private final Console console =
      new Console(
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          Optional.empty());

  @TempDir private Path home;

  @Test
  void auto_withoutMnistAndNetwork_saysSoAndTakesDigits() throws IOException {
    DataChoice choice =
        DataChoice.auto(
            Map.of("HOME", home.toString(), "MNIST_HOME", home + "/nowhere"), NO_NETWORK, console);

    assertEquals("generated digits", choice.description());
    assertEquals(ImageSource.DRAWN, choice.source());
    assertEquals(
        "MNIST_HOME is " + home + "/nowhere, but none of MNIST's files is there.",
        choice.notices().get(0));
    assertTrue(choice.notices().get(1).startsWith("MNIST can't be had: not in ["));
    assertEquals(
        "Training on generated digits instead. For MNIST set MNIST_HOME to a folder of its files.",
        choice.notices().get(2));
  }

  @Test
  void verify_filesThatAreNotMnists_areRefused() throws IOException {
    for (String name :
        List.of(
            "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte")) {
      Files.writeString(home.resolve(name), "something else");
    }

    DataChoice choice =
        DataChoice.auto(
            Map.of("HOME", "/nowhere", "MNIST_HOME", home.toString()), NO_NETWORK, console);
    Network network = Network.of(new NetworkSpec(new Shape.Vector(2), List.of(new Dense(3))));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> choice.verify(network));

    assertEquals(
        home
            + "/t10k-images-idx3-ubyte must be MNIST's, MD5 2646ac647ad5339dbf082846283269ea, but has"
            + " MD5 6c7ba9c5a141421e1c03cb9807c97c74. Remove it to download it again, or pass --data "
            + home
            + " to train on it as it is.",
        e.getMessage());
  }

  @Test
  void resolve_missingFolder_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> DataChoice.resolve(home + "/none", Map.of(), console));

    assertEquals(
        "Data folder "
            + home
            + "/none does not exist. Name a folder of IDX files, or of train.parquet and"
            + " test.parquet, or use --data auto, --data digits or --data table.",
        e.getMessage());
  }

  @Test
  void resolve_folderOfParquet_isATable() throws IOException {
    Files.createDirectory(home.resolve("train.parquet"));

    DataChoice choice = DataChoice.resolve(home.toString(), Map.of(), console);

    assertEquals("Parquet in " + home, choice.description());
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> choice.verify(vectors(20, 3)));
    assertEquals(
        "A table must have train.parquet and test.parquet, but "
            + home.resolve("test.parquet")
            + " does not exist.",
        e.getMessage());
  }

  @Test
  void verify_generatedTableAndAnotherNetwork_isRefused() throws IOException {
    DataChoice choice = DataChoice.resolve("table", Map.of(), console);

    assertEquals(
        "network.input must be 20 for the generated table, but is 19.",
        assertThrows(InvalidInputException.class, () -> choice.verify(vectors(19, 3)))
            .getMessage());
    assertEquals(
        "the last layer's units must be 3 for the generated table, but is 4.",
        assertThrows(InvalidInputException.class, () -> choice.verify(vectors(20, 4)))
            .getMessage());
  }

  private static Network vectors(int size, int classes) {
    return Network.of(new NetworkSpec(new Shape.Vector(size), List.of(new Dense(classes))));
  }
}

package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.DigitFiles;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.network.Dense;
import io.lockstep.network.Flatten;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked of IDX files before a run, whether they are read or left to the tasks. */
class ImageSourceTest {
  private static final int TRAIN_ROWS = 30;
  private static final int TEST_ROWS = 20;
  private static final long BYTES = (TRAIN_ROWS + TEST_ROWS) * 784L;

  @TempDir private Path folder;
  private ImageSource source;

  @BeforeEach
  void writeDigits() throws IOException {
    source = ImageSource.ofFiles(DigitFiles.write(folder, TRAIN_ROWS, TEST_ROWS));
  }

  private static Network network(int height, int classes) {
    Shape input = new Shape.Image(1, height, 28);
    return Network.of(new NetworkSpec(input, List.of(new Flatten(), new Dense(classes))));
  }

  @Test
  void verify_imagesThatFitTheHeap_areKept() throws IOException {
    VerifiedRows rows = source.verify(network(28, 10), BYTES);

    assertInstanceOf(VerifiedImages.class, rows);
  }

  @Test
  void verify_imagesThatWouldFillTheHeap_areLeftToTheTasks() throws IOException {
    VerifiedRows rows = source.verify(network(28, 10), BYTES - 1);

    assertInstanceOf(UnreadRows.class, rows);
    assertEquals(Optional.empty(), rows.pictures());
    String notice = rows.notice().orElseThrow();
    assertTrue(notice.endsWith("Set SPARK_DRIVER_MEMORY to have them read here."), notice);
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void verify_anotherInput_isRefused(long mostBytes) {
    assertEquals(
        "network.input must be [1, 28, 28], the train images, but is a 1 x 14 x 28 image.",
        message(network(14, 10), mostBytes));
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void verify_moreClassesThanLabels_areRefused(long mostBytes) {
    assertEquals(
        "network.layers must end in 11 units, one per class of the data, but ends in 12. Use"
            + " {dense {units = 11}} as the last layer with weights.",
        message(network(28, 12), mostBytes, 10));
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void verify_labelBeyondTheClasses_isRefused(long mostBytes) {
    assertEquals(
        "Label 200 of test image 3 is outside [0, 10), the classes of the last layer. Raise its"
            + " units, or correct the label file.",
        message(network(28, 10), mostBytes, 200));
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void verify_labelsOfOtherImages_areRefused(long mostBytes) throws IOException {
    Files.copy(
        folder.resolve(MnistFiles.labelsName(Split.TEST)),
        folder.resolve(MnistFiles.labelsName(Split.TRAIN)),
        StandardCopyOption.REPLACE_EXISTING);

    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> source.verify(network(28, 10), mostBytes));

    assertEquals(
        folder
            + "/train-images-idx3-ubyte has 30 images but "
            + folder
            + "/train-labels-idx1-ubyte has 20 labels. Use two files of the same set.",
        e.getMessage());
  }

  private String message(Network network, long mostBytes) {
    return assertThrows(InvalidInputException.class, () -> source.verify(network, mostBytes))
        .getMessage();
  }

  /** With {@code label} given to the fourth test image. */
  private String message(Network network, long mostBytes, int label) {
    try {
      Path file = folder.resolve(MnistFiles.labelsName(Split.TEST));
      byte[] labels = Files.readAllBytes(file);
      labels[8 + 3] = (byte) label;
      Files.write(file, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message(network, mostBytes);
  }
}

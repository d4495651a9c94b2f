package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistFilesTest {
  @TempDir private Path folder;

  @Test
  void read_plainAndGzippedFiles_readsEachSplit() throws IOException {
    writeAll();

    LabeledImages train = new MnistFiles(folder).read(Split.TRAIN);
    LabeledImages test = new MnistFiles(folder).read(Split.TEST);

    assertArrayEquals(new int[] {1, 2}, train.labels());
    assertArrayEquals(new int[] {3}, test.labels());
    assertEquals(2 * 4 * 4, train.pixels().length);
  }

  @Test
  void file_bothSpellings_prefersThePlainOne() throws IOException {
    writeAll();
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), IdxBytes.labels(9));

    assertEquals(
        folder.resolve("t10k-labels-idx1-ubyte"),
        new MnistFiles(folder).file("t10k-labels-idx1-ubyte"));
    assertArrayEquals(new int[] {9}, new MnistFiles(folder).read(Split.TEST).labels());
  }

  @Test
  void file_missing_saysWhatTheFolderMustHold() throws IOException {
    writeAll();
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> new MnistFiles(folder).read(Split.TRAIN));

    assertEquals(
        "Data folder "
            + folder
            + " must hold t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, train-images-idx3-ubyte,"
            + " train-labels-idx1-ubyte, each with or without .gz, but has no"
            + " train-labels-idx1-ubyte.",
        e.getMessage());
  }

  @Test
  void absent_isTrueOnlyWithoutAnyOfTheFiles() throws IOException {
    assertTrue(new MnistFiles(folder).absent());
    assertTrue(new MnistFiles(folder.resolve("nowhere")).absent());

    Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), new byte[0]);

    assertFalse(new MnistFiles(folder).absent());
  }

  @Test
  void md5_isOfTheUncompressedBytes() throws IOException {
    writeAll();
    Files.writeString(folder.resolve("train-labels-idx1-ubyte"), "abc");
    Files.write(
        folder.resolve("t10k-labels-idx1-ubyte.gz"), IdxBytes.gzip(new byte[] {'a', 'b', 'c'}));

    MnistFiles files = new MnistFiles(folder);

    assertEquals("900150983cd24fb0d6963f7d28e17f72", files.md5("train-labels-idx1-ubyte"));
    assertEquals("900150983cd24fb0d6963f7d28e17f72", files.md5("t10k-labels-idx1-ubyte"));
  }

  @Test
  void requireMnist_otherFiles_namesTheFirstAndItsChecksum() throws IOException {
    writeAll();
    Files.writeString(folder.resolve("t10k-images-idx3-ubyte"), "abc");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> new MnistFiles(folder).requireMnist());

    assertEquals(
        folder.resolve("t10k-images-idx3-ubyte")
            + " must be MNIST's, MD5 2646ac647ad5339dbf082846283269ea, but has MD5"
            + " 900150983cd24fb0d6963f7d28e17f72. Remove it to download it again, or pass --data "
            + folder
            + " to train on it as it is.",
        e.getMessage());
  }

  @Test
  void readMnist_wellFormedFilesOfOthers_namesTheFirstAndItsChecksum() throws IOException {
    writeAll();

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> new MnistFiles(folder).readMnist(Split.TEST));

    assertEquals(
        String.format(
            "%s.gz must be MNIST's, MD5 2646ac647ad5339dbf082846283269ea, but has MD5 %s. Remove it"
                + " to download it again, or pass --data %s to train on it as it is.",
            folder.resolve("t10k-images-idx3-ubyte"),
            new MnistFiles(folder).md5("t10k-images-idx3-ubyte"),
            folder),
        e.getMessage());
  }

  @Test
  void readMnist_malformedFiles_saysThatTheyAreNotMnists() throws IOException {
    writeAll();
    Files.writeString(folder.resolve("train-images-idx3-ubyte"), "abc");

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> new MnistFiles(folder).readMnist(Split.TRAIN));

    assertTrue(e.getMessage().contains(" must be MNIST's, MD5 "), e.getMessage());
  }

  private void writeAll() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxBytes.images(2, 4, 4));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxBytes.labels(1, 2));
    Files.write(
        folder.resolve("t10k-images-idx3-ubyte.gz"), IdxBytes.gzip(IdxBytes.images(1, 4, 4)));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), IdxBytes.gzip(IdxBytes.labels(3)));
  }
}

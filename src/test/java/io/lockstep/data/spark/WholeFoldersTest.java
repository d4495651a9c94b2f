package io.lockstep.data.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFoldersTest {
  private static final Configuration HADOOP = new Configuration();

  private java.nio.file.Path parent;
  private Path folder;

  @BeforeEach
  void setUp(@TempDir java.nio.file.Path parentFolder) {
    parent = parentFolder;
    folder = new Path(parent.resolve("out").toUri());
  }

  private void write(String text) throws IOException {
    WholeFolders.write(
        folder,
        true,
        HADOOP,
        to ->
            WholeFolders.writeFile(
                new Path(to, "file"), text.getBytes(StandardCharsets.UTF_8), HADOOP));
  }

  private List<String> names() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void write_twice_leavesTheSecondAndNothingBeside() throws IOException {
    write("first");
    write("second");

    assertEquals("second", Files.readString(parent.resolve("out").resolve("file")));
    assertEquals(List.of("out"), names());
  }

  @Test
  void write_failingHalfWay_leavesTheOldAndNothingBeside() throws IOException {
    write("first");

    IOException e =
        assertThrows(
            IOException.class,
            () ->
                WholeFolders.write(
                    folder,
                    true,
                    HADOOP,
                    to -> {
                      WholeFolders.writeFile(new Path(to, "file"), new byte[1], HADOOP);
                      throw new IOException("No space left on device");
                    }));

    assertEquals(folder + " can't be written: IO: No space left on device", e.getMessage());
    assertEquals("first", Files.readString(parent.resolve("out").resolve("file")));
    assertEquals(List.of("out"), names());
  }

  @Test
  void write_targetMadeMeanwhile_isLeftAlone() throws IOException {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                WholeFolders.write(
                    folder, false, HADOOP, to -> Files.createDirectory(parent.resolve("out"))));

    assertEquals(
        folder + " can't be written: IO: something of this name was made meanwhile",
        e.getMessage());
    assertEquals(List.of("out"), names());
  }

  @Test
  void write_belowAFile_saysWhichFolder() throws IOException {
    Files.writeString(parent.resolve("file"), "");
    folder = new Path(parent.resolve("file").resolve("out").toUri());

    IOException e = assertThrows(IOException.class, () -> write("text"));

    assertTrue(e.getMessage().startsWith(folder + " can't be written: "), e.getMessage());
  }

  @Test
  void requireAbsent_existingFolder_isRefusedUnlessItMayBeReplaced() throws IOException {
    write("first");

    WholeFolders.requireAbsent(folder, true, "Choose another.", HADOOP);
    assertEquals(
        "Output " + folder + " must be new, but it exists. Choose another.",
        assertThrows(
                InvalidInputException.class,
                () -> WholeFolders.requireAbsent(folder, false, "Choose another.", HADOOP))
            .getMessage());
  }

  @Test
  void readFile_refusedForItsSize_isNotRead() throws IOException {
    write("text");
    Path file = new Path(folder, "file");

    assertArrayEquals(
        new byte[] {'t', 'e', 'x', 't'}, WholeFolders.readFile(file, bytes -> {}, HADOOP));
    assertEquals(
        "4",
        assertThrows(
                IllegalStateException.class,
                () ->
                    WholeFolders.readFile(
                        file,
                        bytes -> {
                          throw new IllegalStateException(String.valueOf(bytes));
                        },
                        HADOOP))
            .getMessage());
  }
}

package io.lockstep.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {
  @TempDir private Path folder;

  @Test
  void write_newFile_holdsTheBytesAlone() throws IOException {
    WholeFiles.write(folder.resolve("a.bin"), new byte[] {1, 2, 3});

    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(folder.resolve("a.bin")));
    assertEquals(List.of("a.bin"), names());
  }

  @Test
  void write_existingFile_isReplaced() throws IOException {
    WholeFiles.write(folder.resolve("a.txt"), "a long first text");
    WholeFiles.write(folder.resolve("a.txt"), "größer");

    assertEquals("größer", Files.readString(folder.resolve("a.txt")));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void write_targetIsAFolder_failsAndLeavesNothing() throws IOException {
    Path target = folder.resolve("taken");
    Files.createDirectories(target.resolve("inside"));

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> WholeFiles.write(target, "text"));

    assertTrue(e.getMessage().startsWith(target + " can't be written: "), e.getMessage());
    assertEquals(List.of("taken"), names());
    assertTrue(Files.isDirectory(target.resolve("inside")));
  }

  @Test
  void write_folderIsMissing_namesTheFile() {
    Path target = folder.resolve("absent").resolve("a.txt");

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> WholeFiles.write(target, "text"));

    assertEquals(
        target
            + " can't be written: NoSuchFile: "
            + folder.resolve("absent").resolve(".a.txt.part"),
        e.getMessage());
  }

  @Test
  void createNewFolder_missingParents_makesThemAll() {
    Path target = folder.resolve("a").resolve("b");

    WholeFiles.createNewFolder(target);

    assertTrue(Files.isDirectory(target));
  }

  @Test
  void createNewFolder_existing_isRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("a"));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> WholeFiles.createNewFolder(target));

    assertEquals(
        "Output " + target + " must be new, but it exists. Choose another or remove it.",
        e.getMessage());
  }

  @Test
  void createNewFolder_parentIsAFile_namesTheFolderThatCanNotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    Path target = file.resolve("a");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> WholeFiles.createNewFolder(target));

    assertEquals(
        "Folder " + target + " can't be made: FileAlreadyExists: " + file + ". Choose another.",
        e.getMessage());
  }

  @Test
  void createWholeFolder_writerFails_leavesNothing() throws IOException {
    Path target = folder.resolve("model");

    assertThrows(
        UncheckedIOException.class,
        () ->
            WholeFiles.createWholeFolder(
                target,
                beside -> {
                  WholeFiles.write(beside.resolve("first"), "text");
                  throw new UncheckedIOException(new IOException("No space left on device"));
                }));

    assertEquals(List.of(), names());
  }

  @Test
  void createWholeFolder_leftOversOfACrash_areReplaced() throws IOException {
    Files.createDirectories(folder.resolve(".model.part").resolve("inside"));

    WholeFiles.createWholeFolder(
        folder.resolve("model"), beside -> WholeFiles.write(beside.resolve("first"), "text"));

    assertEquals(List.of("model"), names());
    assertEquals("text", Files.readString(folder.resolve("model").resolve("first")));
  }

  @Test
  void append_twice_keepsBoth() throws IOException {
    WholeFiles.append(folder.resolve("a.csv"), "1\n");
    WholeFiles.append(folder.resolve("a.csv"), "2\n");

    assertEquals(List.of("1", "2"), Files.readAllLines(folder.resolve("a.csv")));
  }

  @Test
  void append_folderIsMissing_namesTheFile() {
    Path target = folder.resolve("absent").resolve("a.csv");

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> WholeFiles.append(target, "1\n"));

    assertEquals(target + " can't be written: NoSuchFile: " + target, e.getMessage());
  }

  @Test
  void requireAbsent_existingFileOrFolder_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    WholeFiles.requireAbsent(folder.resolve("absent"));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> WholeFiles.requireAbsent(file));

    assertEquals(
        "Output " + file + " must be new, but it exists. Choose another or remove it.",
        e.getMessage());
  }

  @Test
  void reason_withAndWithoutAMessage_namesTheKind() {
    assertEquals("NoSuchFile: x", WholeFiles.reason(new NoSuchFileException("x")));
    assertEquals("IO", WholeFiles.reason(new IOException()));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}

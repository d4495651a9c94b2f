package io.lockstep.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files that are whole or absent: written beside their name, then moved into place. */
public final class WholeFiles {
  private WholeFiles() {}

  /**
   * Replaces {@code file} by {@code bytes}; a crash leaves the old file.
   *
   * @throws UncheckedIOException naming the file
   */
  public static void write(Path file, byte[] bytes) {
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try {
        Files.write(beside, bytes);
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + reason(e), e);
    }
  }

  /** {@link #write(Path, byte[])} of UTF-8 text. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The UTF-8 text of {@code file}.
   *
   * @throws UncheckedIOException naming the file
   */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + reason(e), e);
    }
  }

  /**
   * Makes the new folder {@code folder}.
   *
   * @throws InvalidInputException if something of this name exists, or it can't be made
   */
  public static void createNewFolder(Path folder) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw cannotBeMade(folder, e);
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      throw exists(folder, e);
    } catch (IOException e) {
      throw cannotBeMade(folder, e);
    }
  }

  private static InvalidInputException cannotBeMade(Path folder, IOException cause) {
    return new InvalidInputException(
        "Folder " + folder + " can't be made: " + reason(cause) + ". Choose another.", cause);
  }

  /** Refuses a {@code folder} that exists already. */
  public static void requireAbsent(Path folder) {
    if (Files.exists(folder)) {
      throw exists(folder, null);
    }
  }

  private static InvalidInputException exists(Path folder, IOException cause) {
    return new InvalidInputException(
        "Output " + folder + " must be new, but it exists. Choose another or remove it.", cause);
  }

  /** Writes what a folder is to hold. */
  @FunctionalInterface
  public interface FolderWriter {
    void writeInto(Path folder);
  }

  /**
   * Makes the new folder {@code folder} of what {@code writer} puts into one beside it: whole, or
   * not at all.
   *
   * @throws InvalidInputException if something of this name exists
   * @throws UncheckedIOException naming the folder, or the file that can't be written
   */
  public static void createWholeFolder(Path folder, FolderWriter writer) {
    requireAbsent(folder);
    Path beside = folder.resolveSibling("." + folder.getFileName() + ".part");
    deleteFolder(beside);
    createNewFolder(beside);
    try {
      writer.writeInto(beside);
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be written: " + reason(e), e);
    } finally {
      deleteFolder(beside);
    }
  }

  /** Deletes {@code folder} with all that is in it, if it exists. */
  public static void deleteFolder(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be deleted: " + reason(e), e);
    }
  }

  /**
   * Appends {@code text} to {@code file} and sees it onto the disk.
   *
   * @throws UncheckedIOException naming the file
   */
  public static void append(Path file, String text) {
    try {
      Files.writeString(
          file,
          text,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.DSYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + reason(e), e);
    }
  }

  /** What went wrong, without Java's habit of a bare file name as message. */
  public static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
  }
}

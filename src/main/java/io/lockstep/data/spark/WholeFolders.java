package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Folders that are whole or absent, on any Hadoop filesystem: written beside their name, then moved
 * into place.
 */
public final class WholeFolders {
  private WholeFolders() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything into {@code folder}, which exists and is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Refuses a {@code folder} that exists, unless it may be replaced.
   *
   * @param remedy what to do, in the message
   * @throws InvalidInputException if it exists
   */
  public static void requireAbsent(
      Path folder, boolean overwrite, String remedy, Configuration hadoop) throws IOException {
    if (!overwrite && folder.getFileSystem(hadoop).exists(folder)) {
      throw new InvalidInputException(
          "Output " + folder + " must be new, but it exists. " + remedy);
    }
  }

  /**
   * Writes {@code folder}: under its name there is the old one, or the new one whole, or, after a
   * crash between two renamings, nothing; then the old one is beside it as {@code .NAME.old-...}.
   *
   * @param overwrite whether what is there, or has come meanwhile, may be replaced
   * @throws IOException naming the folder
   */
  public static void write(Path folder, boolean overwrite, Configuration hadoop, Content content)
      throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    Path beside = beside(folder, "part");
    try {
      try {
        if (!files.mkdirs(beside)) {
          throw new IOException("the folder can't be made");
        }
        files.deleteOnExit(beside); // for a run that is interrupted
        content.writeTo(beside);
        moveIntoPlace(files, beside, folder, overwrite);
      } finally {
        files.delete(beside, true);
        files.cancelDeleteOnExit(beside);
      }
    } catch (IOException e) {
      throw new IOException(folder + " can't be written: " + WholeFiles.reason(e), e);
    }
  }

  /** Hidden, so that no reader takes it for data. */
  private static Path beside(Path folder, String what) {
    return new Path(
        folder.getParent(), "." + folder.getName() + "." + what + "-" + UUID.randomUUID());
  }

  private static void moveIntoPlace(FileSystem files, Path from, Path to, boolean overwrite)
      throws IOException {
    Path old = beside(to, "old");
    boolean replaces = files.exists(to);
    if (replaces && !overwrite) {
      throw new IOException("something of this name was made meanwhile");
    }
    if (replaces && !files.rename(to, old)) {
      throw new IOException("what is there can't be moved away");
    }
    if (!files.rename(from, to)) {
      if (replaces) {
        files.rename(old, to);
      }
      throw new IOException(from + " can't be moved into its place");
    }
    if (replaces) {
      files.delete(old, true);
    }
  }

  /** Writes {@code file}, which nobody reads before its folder is whole. */
  public static void writeFile(Path file, byte[] bytes, Configuration hadoop) throws IOException {
    try (FSDataOutputStream out = file.getFileSystem(hadoop).create(file, false)) {
      out.write(bytes);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    }
  }

  /** Takes the length of a file before it is read, and may refuse it. */
  @FunctionalInterface
  public interface SizeCheck {
    /** Throws what the reader is to see if a file of {@code bytes} is not to be read. */
    void check(long bytes);
  }

  /**
   * Reads {@code file} whole.
   *
   * @throws FileNotFoundException if it does not exist
   */
  public static byte[] readFile(Path file, SizeCheck size, Configuration hadoop)
      throws IOException {
    FileSystem files = file.getFileSystem(hadoop);
    FileStatus status = files.getFileStatus(file);
    size.check(status.getLen());
    byte[] bytes = new byte[Math.toIntExact(status.getLen())];
    try (FSDataInputStream in = files.open(file)) {
      in.readFully(bytes);
    }
    return bytes;
  }
}

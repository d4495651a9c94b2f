package io.lockstep.data.spark;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** What kind of files rows come from. */
public enum InputFormat {
  /** Found out from the first file. */
  AUTO,
  /** An IDX file of images, or a folder of MNIST's four files, of which the test rows are meant. */
  IDX,
  PARQUET,
  /** PNG, JPEG, GIF or BMP. */
  IMAGES;

  /** The format called {@code name}. */
  public static InputFormat of(String name) {
    return Checks.choice(values(), name, "format must be one of auto, idx, parquet, images");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format of {@code found}, which {@code input} named.
   *
   * @throws InvalidInputException if it is none of these
   */
  static InputFormat of(String input, FileSystem files, FileStatus found) throws IOException {
    if (found.isDirectory() && holdsMnist(files, found.getPath())) {
      return IDX;
    }
    Path first =
        firstFile(files, found)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "Input " + input + " holds no file. Check the path."));
    return ofMagic(firstBytes(files, first))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    String.format(
                        "Input %s must be IDX, Parquet or image files, but %s is none of these."
                            + " Check the path, or name its kind with --format.",
                        input, first)));
  }

  /**
   * This format, or that of the one {@code file} that {@code input} named.
   *
   * @throws InvalidInputException if it is none of these
   */
  public InputFormat resolve(String input, Path file, Configuration hadoop) throws IOException {
    if (this != AUTO) {
      return this;
    }
    FileSystem files = file.getFileSystem(hadoop);
    return of(input, files, files.getFileStatus(file));
  }

  private static boolean holdsMnist(FileSystem files, Path folder) throws IOException {
    for (String name : MnistFiles.spellings(MnistFiles.imagesName(Split.TEST))) {
      if (files.exists(new Path(folder, name))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first file, in the order of their paths, that Spark would read: what starts with _ or . is
   * not data, nor is what lies in such a folder.
   */
  private static Optional<Path> firstFile(FileSystem files, FileStatus found) throws IOException {
    RemoteIterator<LocatedFileStatus> all = files.listFiles(found.getPath(), true);
    Path first = null;
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (isData(file, found.getPath()) && (first == null || file.compareTo(first) < 0)) {
        first = file;
      }
    }
    return Optional.ofNullable(first);
  }

  private static boolean isData(Path file, Path input) {
    boolean data = true;
    for (Path part = file; data && part.depth() > input.depth(); part = part.getParent()) {
      data = !part.getName().startsWith("_") && !part.getName().startsWith(".");
    }
    return data;
  }

  private static int firstBytes(FileSystem files, Path file) throws IOException {
    try (FSDataInputStream in = files.open(file)) {
      byte[] bytes = in.readNBytes(Integer.BYTES);
      int magic = 0;
      for (int i = 0; i < Integer.BYTES; i++) {
        magic = magic << Byte.SIZE | (i < bytes.length ? bytes[i] & 0xff : 0);
      }
      return magic;
    }
  }

  private static Optional<InputFormat> ofMagic(int magic) {
    if (magic == 0x50415231) { // PAR1
      return Optional.of(PARQUET);
    }
    boolean gzip = magic >>> 16 == 0x1f8b;
    if (gzip || magic >>> 8 == 0x000008) {
      return Optional.of(IDX);
    }
    boolean image =
        magic == 0x89504e47 // PNG
            || magic >>> 8 == 0xffd8ff // JPEG
            || magic == 0x47494638 // GIF8
            || magic >>> 16 == 0x424d; // BM
    return image ? Optional.of(IMAGES) : Optional.empty();
  }
}

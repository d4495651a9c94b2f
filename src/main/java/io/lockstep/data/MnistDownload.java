package io.lockstep.data;

import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Fetches MNIST's four gzipped files into a folder. */
public final class MnistDownload {
  /** Mirrors of the original files, tried in this order. */
  public static final List<URI> MIRRORS =
      List.of(
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 20_000;

  /** The largest is 9.9 MB. */
  private static final long MAX_BYTES = 20_000_000;

  private MnistDownload() {}

  /** Told of each file's name and size before its bytes; returns who counts them. */
  @FunctionalInterface
  public interface Progress {
    Counter start(String file, long bytes);
  }

  /** Counts the bytes of one file; closed when it is over, whichever way. */
  @FunctionalInterface
  public interface Counter extends AutoCloseable {
    void add(long bytes);

    @Override
    default void close() {}
  }

  /**
   * Makes {@code folder} hold MNIST, from the first of {@code mirrors} that has it.
   *
   * @throws IOException if no mirror has all four files with the right checksums; the folder then
   *     holds none that is wrong
   */
  public static MnistFiles into(Path folder, List<URI> mirrors, Progress progress)
      throws IOException {
    Files.createDirectories(folder);
    IOException last = new IOException("there is no mirror");
    for (URI mirror : mirrors) {
      try {
        for (String name : MnistFiles.names()) {
          fetch(mirror, name, folder.resolve(name + ".gz"), progress);
        }
        return new MnistFiles(folder);
      } catch (IOException e) {
        last = new IOException(mirror.getHost() + ": " + WholeFiles.reason(e), e);
      }
    }
    throw last;
  }

  private static void fetch(URI mirror, String name, Path file, Progress progress)
      throws IOException {
    if (Files.exists(file) && MnistFiles.md5(file).equals(MnistFiles.mnistMd5(name))) {
      return;
    }
    URLConnection connection = mirror.resolve(name + ".gz").toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try (InputStream in = connection.getInputStream();
          Counter count = progress.start(name + ".gz", connection.getContentLengthLong())) {
        copy(in, beside, count);
      }
      String actual = MnistFiles.md5(beside);
      if (!actual.equals(MnistFiles.mnistMd5(name))) {
        throw new MalformedFileException(
            name + " must have MD5 " + MnistFiles.mnistMd5(name) + ", but has " + actual);
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static void copy(InputStream in, Path to, Counter count) throws IOException {
    try (OutputStream out = Files.newOutputStream(to)) {
      byte[] chunk = new byte[1 << 16];
      long total = 0;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        total += n;
        if (total > MAX_BYTES) {
          throw new MalformedFileException("more than " + MAX_BYTES + " bytes: not MNIST");
        }
        out.write(chunk, 0, n);
        count.add(n);
      }
    }
  }
}

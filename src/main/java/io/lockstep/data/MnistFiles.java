package io.lockstep.data;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A local folder of four IDX files with MNIST's names, gzipped or not, and the checksums of MNIST's
 * own.
 *
 * @param folder the folder
 */
public record MnistFiles(Path folder) {
  /** MD5 of MNIST's uncompressed files. */
  private static final Map<String, String> MNIST_MD5 =
      Map.of(
          "train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb",
          "train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624",
          "t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea",
          "t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637");

  /** The four names, without {@code .gz}. */
  public static List<String> names() {
    return MNIST_MD5.keySet().stream().sorted().toList();
  }

  static String mnistMd5(String name) {
    return MNIST_MD5.get(name);
  }

  /** The name of the image file of {@code split}. */
  public static String imagesName(Split split) {
    return prefix(split) + "-images-idx3-ubyte";
  }

  /** The name of the label file of {@code split}. */
  public static String labelsName(Split split) {
    return prefix(split) + "-labels-idx1-ubyte";
  }

  private static String prefix(Split split) {
    return split == Split.TEST ? "t10k" : "train";
  }

  /** What a file called {@code name} may be called in a folder. */
  public static List<String> spellings(String name) {
    return List.of(name, name + ".gz");
  }

  /** Whether none of the four files is here. */
  public boolean absent() {
    return names().stream().allMatch(name -> find(name).isEmpty());
  }

  private Optional<Path> find(String name) {
    return spellings(name).stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** The file called {@code name}. */
  public Path file(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    String.format(
                        "Data folder %s must hold %s, each with or without .gz, but has no %s.",
                        folder, String.join(", ", names()), name)));
  }

  /**
   * Reads {@code split} whole, with every check of {@link IdxFile}.
   *
   * @throws InvalidInputException if a file is missing
   * @throws MalformedFileException if one is damaged
   */
  public LabeledImages read(Split split) throws IOException {
    Path images = file(imagesName(split));
    Path labels = file(labelsName(split));
    return IdxFile.read(
        images.toString(),
        () -> Files.newInputStream(images),
        labels.toString(),
        () -> Files.newInputStream(labels));
  }

  /**
   * The sizes of {@code split}'s images.
   *
   * @throws InvalidInputException if the file is missing
   * @throws MalformedFileException if its header is damaged
   */
  public IdxFile.Header imageHeader(Split split) throws IOException {
    Path images = file(imagesName(split));
    return IdxFile.imageHeader(images.toString(), () -> Files.newInputStream(images));
  }

  /**
   * Reads the labels of {@code split} alone.
   *
   * @param images the sizes of their images
   * @throws InvalidInputException if a file is missing
   * @throws MalformedFileException if it is damaged, or has another number of labels
   */
  public int[] labels(Split split, IdxFile.Header images) throws IOException {
    Path labels = file(labelsName(split));
    return IdxFile.labels(
        file(imagesName(split)).toString(),
        images,
        labels.toString(),
        () -> Files.newInputStream(labels));
  }

  /**
   * The same as {@link #read}, refusing files that are not MNIST's, byte for byte: in one reading.
   *
   * @throws InvalidInputException naming one that differs
   */
  public LabeledImages readMnist(Split split) throws IOException {
    MessageDigest ofImages = md5();
    MessageDigest ofLabels = md5();
    Path images = file(imagesName(split));
    Path labels = file(labelsName(split));
    LabeledImages read;
    try {
      read =
          IdxFile.read(
              images.toString(),
              () -> new DigestInputStream(open(images), ofImages),
              labels.toString(),
              () -> new DigestInputStream(open(labels), ofLabels));
    } catch (MalformedFileException e) {
      requireMnist();
      throw e;
    }
    requireMnist(imagesName(split), hex(ofImages)); // an IDX file is read to its last byte
    requireMnist(labelsName(split), hex(ofLabels));
    return read;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      return IdxFile.unzipped(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** MD5 over the uncompressed bytes of the file called {@code name}. */
  public String md5(String name) throws IOException {
    return md5(file(name));
  }

  static String md5(Path file) throws IOException {
    try (InputStream in = open(file)) {
      MessageDigest digest = md5();
      byte[] chunk = new byte[1 << 16];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      return hex(digest);
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Refuses files that are not MNIST's, byte for byte.
   *
   * @throws InvalidInputException naming the first that differs
   */
  void requireMnist() throws IOException {
    for (String name : names()) {
      requireMnist(name, md5(name));
    }
  }

  private void requireMnist(String name, String md5) {
    if (!md5.equals(MNIST_MD5.get(name))) {
      throw new InvalidInputException(
          String.format(
              "%s must be MNIST's, MD5 %s, but has MD5 %s. Remove it to download it again, or"
                  + " pass --data %s to train on it as it is.",
              file(name), MNIST_MD5.get(name), md5, folder));
    }
  }
}

package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.IdxFile;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import io.lockstep.network.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Grayscale images: IDX files in a folder, or the generated digits.
 *
 * @param folder of the IDX files; empty for generated digits
 * @param mnist whether the files must be MNIST's, byte for byte
 */
record ImageSource(Optional<Path> folder, boolean mnist) implements ExampleSource {
  /** Reading takes thrice the bytes of what is read, and Spark is there too. */
  private static final int PART_OF_HEAP = 4;

  /** The generated digits. */
  static final ImageSource DRAWN = new ImageSource(Optional.empty(), false);

  static ImageSource mnist(Path folder) {
    return new ImageSource(Optional.of(folder), true);
  }

  static ImageSource ofFiles(Path folder) {
    return new ImageSource(Optional.of(folder), false);
  }

  /** Reads (or draws) one split whole, with every check. */
  private LabeledImages read(Split split) throws IOException {
    if (folder.isEmpty()) {
      return Digits.draw(split, Digits.defaultRows(split));
    }
    MnistFiles files = new MnistFiles(folder.get());
    return mnist ? files.readMnist(split) : files.read(split);
  }

  /**
   * Checks images and labels against {@code network} before anything is started. Images that would
   * fill the heap are left to the tasks that train on them: of these, sizes and labels are checked.
   *
   * @throws InvalidInputException if images or labels don't fit, or are not MNIST's but should be
   */
  @Override
  public VerifiedRows verify(Network network) throws IOException {
    return verify(network, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /**
   * The same.
   *
   * @param mostBytes of images that are read
   */
  VerifiedRows verify(Network network, long mostBytes) throws IOException {
    if (folder.isPresent() && !mnist) {
      MnistFiles files = new MnistFiles(folder.get());
      IdxFile.Header train = files.imageHeader(Split.TRAIN);
      IdxFile.Header test = files.imageHeader(Split.TEST);
      long bytes = train.values() + test.values();
      if (bytes > mostBytes) {
        int[] trainLabels = files.labels(Split.TRAIN, train);
        int[] testLabels = files.labels(Split.TEST, test);
        requireFit(train, trainLabels, test, testLabels, network);
        return new UnreadRows(this, network, Optional.of(tooMany(bytes)));
      }
    }
    LabeledImages train = read(Split.TRAIN);
    LabeledImages test = read(Split.TEST);
    requireFit(header(train), train.labels(), header(test), test.labels(), network);
    return new VerifiedImages(this, network, train, test);
  }

  private static String tooMany(long bytes) {
    return String.format(
        Locale.ROOT,
        "the images are %,d MB, more than a quarter of this heap of %,d MB: tasks read them, and the"
            + " report shows none. Set SPARK_DRIVER_MEMORY to have them read here.",
        bytes >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  private static IdxFile.Header header(LabeledImages images) {
    return new IdxFile.Header(images.rows(), images.height(), images.width());
  }

  private static void requireFit(
      IdxFile.Header train,
      int[] trainLabels,
      IdxFile.Header test,
      int[] testLabels,
      Network network) {
    requireFit(Split.TRAIN, train, trainLabels, network);
    requireFit(Split.TEST, test, testLabels, network);
    IntStream labels = IntStream.concat(Arrays.stream(trainLabels), Arrays.stream(testLabels));
    int classes = 1 + labels.max().orElse(-1);
    if (network.classes() != classes) {
      throw new InvalidInputException(
          String.format(
              "network.layers must end in %d units, one per class of the data, but ends in %d. Use"
                  + " {dense {units = %d}} as the last layer with weights.",
              classes, network.classes(), classes));
    }
  }

  private static void requireFit(
      Split split, IdxFile.Header images, int[] labels, Network network) {
    Shape input = network.spec().input();
    boolean fits =
        input instanceof Shape.Image image
            ? image.equals(new Shape.Image(1, images.height(), images.width()))
            : input.size() == images.imageSize();
    if (!fits) {
      throw new InvalidInputException(
          String.format(
              "network.input must be [1, %d, %d], the %s images, but is a %s.",
              images.height(), images.width(), split, input));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= network.classes()) {
        throw new InvalidInputException(
            String.format(
                "Label %d of %s image %d is outside [0, %d), the classes of the last layer. Raise its"
                    + " units, or correct the label file.",
                labels[i], split, i, network.classes()));
      }
    }
  }

  @Override
  public Dataset<Row> load(SparkSession spark, Split split) {
    return folder.isPresent()
        ? spark
            .read()
            .format("mnist")
            .option("split", split.toString())
            .load(DataChoice.hadoopPath(folder.get()))
        : spark.read().format("digits").option("split", split.toString()).load();
  }
}

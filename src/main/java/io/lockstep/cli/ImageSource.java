package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import io.lockstep.network.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * Reads every row and checks it against {@code network} before anything is started.
   *
   * @throws InvalidInputException if images or labels don't fit, or are not MNIST's but should be
   */
  @Override
  public VerifiedRows verify(Network network) throws IOException {
    int classes = 0;
    Map<Split, LabeledImages> all = new EnumMap<>(Split.class);
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      LabeledImages images = read(split);
      all.put(split, images);
      requireFit(split, images, network);
      for (int label : images.labels()) {
        classes = Math.max(classes, label + 1);
      }
    }
    if (network.classes() != classes) {
      throw new InvalidInputException(
          String.format(
              "network.layers must end in %d units, one per class of the data, but ends in %d. Use"
                  + " {dense {units = %d}} as the last layer with weights.",
              classes, network.classes(), classes));
    }
    return new VerifiedImages(this, network, all.get(Split.TRAIN), all.get(Split.TEST));
  }

  private static void requireFit(Split split, LabeledImages images, Network network) {
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
    int[] labels = images.labels();
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

package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistDownload;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.network.Shape;
import io.lockstep.run.RowSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code --data} came to: IDX files in a folder, or the generated digits.
 *
 * @param description for a person
 * @param folder of the IDX files; empty for generated digits
 * @param mnist whether the files must be MNIST's, byte for byte
 * @param notices what the user must know before the run, loudest first
 */
record DataChoice(String description, Optional<Path> folder, boolean mnist, List<String> notices) {
  private static final String DIGITS = "digits";

  /**
   * Finds the data, downloading MNIST if need be, and says what the user must know of it.
   *
   * @param choice {@code auto}, {@code digits} or a folder
   * @param environment for {@code MNIST_HOME} and {@code HOME}
   */
  static DataChoice resolve(String choice, Map<String, String> environment, Console console)
      throws IOException {
    DataChoice found =
        switch (choice) {
          case "auto" -> auto(environment, MnistDownload.MIRRORS, console);
          case DIGITS -> digits(List.of());
          default -> ofFolder(Path.of(choice));
        };
    found.notices.forEach(notice -> console.say("NOTE    %s", notice));
    return found;
  }

  private static DataChoice digits(List<String> notices) {
    return new DataChoice("generated digits", Optional.empty(), false, notices);
  }

  private static DataChoice mnist(Path folder, List<String> notices) {
    return new DataChoice("MNIST in " + folder, Optional.of(folder), true, notices);
  }

  private static DataChoice ofFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "Data folder "
              + folder
              + " does not exist. Name a folder of IDX files, or use --data auto or --data digits.");
    }
    return new DataChoice("IDX files in " + folder, Optional.of(folder), false, List.of());
  }

  static DataChoice auto(Map<String, String> environment, List<URI> mirrors, Console console)
      throws IOException {
    List<String> notices = new ArrayList<>();
    List<Path> places = new ArrayList<>();
    String home = environment.get("MNIST_HOME");
    if (home != null && !home.isBlank()) {
      places.add(Path.of(home));
      if (new MnistFiles(Path.of(home)).absent()) {
        notices.add("MNIST_HOME is " + home + ", but none of MNIST's files is there.");
      }
    }
    places.add(Path.of("data", "mnist"));
    Path cache = Path.of(environment.getOrDefault("HOME", "."), ".cache", "lockstep", "mnist");
    places.add(cache);
    for (Path place : places) {
      if (!new MnistFiles(place).absent()) {
        return mnist(place, notices);
      }
    }
    try {
      console.say("data    MNIST is not on this machine; downloading it to %s", cache);
      MnistDownload.into(cache, mirrors, DataChoice::progress);
      return mnist(cache, notices);
    } catch (IOException e) {
      notices.add(
          "MNIST can't be had: not in "
              + places
              + ", and the download failed ("
              + e.getMessage()
              + ").");
      notices.add(
          "Training on generated digits instead. For MNIST set MNIST_HOME to a folder of its files.");
      return digits(notices);
    }
  }

  private static MnistDownload.Counter progress(String file, long bytes) {
    ProgressBar bar = new ProgressBar(file, bytes);
    return new MnistDownload.Counter() {
      @Override
      public void add(long more) {
        bar.stepBy(more);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
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
  VerifiedRows verify(Network network) throws IOException {
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
    return new VerifiedRows(this, network, all.get(Split.TRAIN), all.get(Split.TEST));
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

  /** One split as a DataFrame of {@code row, label, features}. */
  Dataset<Row> load(SparkSession spark, Split split) {
    return folder.isPresent()
        ? spark
            .read()
            .format("mnist")
            .option("split", split.toString())
            .load(hadoopPath(folder.get()))
        : spark.read().format(DIGITS).option("split", split.toString()).load();
  }

  /** Both splits, read (or drawn) by the executors as examples for {@code network}. */
  RowSource rows(Network network) {
    return (context, plan, config) -> {
      SparkSession spark = SparkSession.builder().getOrCreate();
      return ShardedData.deal(
          new ShardedData.Sources(
              examples(spark, Split.TRAIN, network),
              Optional.empty(),
              Optional.of(examples(spark, Split.TEST, network))),
          plan,
          config);
    };
  }

  private Examples examples(SparkSession spark, Split split, Network network) {
    return Examples.of(load(spark, split), Examples.Names.DEFAULTS, network, InvalidRows.ERROR);
  }

  /** The local {@code path} as Hadoop writes it, whatever its default filesystem is. */
  static String hadoopPath(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri()).toString();
  }
}

package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MnistDownload;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import io.lockstep.run.RowSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code --data}, or {@code data.source} of a run file, came to.
 *
 * @param description for a person
 * @param source of the rows
 * @param notices what the user must know before the run, loudest first
 */
record DataChoice(String description, ExampleSource source, List<String> notices) {

  /**
   * Finds the data, downloading MNIST if need be, and says what the user must know of it.
   *
   * @param choice {@code auto}, {@code digits}, {@code table} or a folder
   * @param environment for {@code MNIST_HOME} and {@code HOME}
   */
  static DataChoice resolve(String choice, Map<String, String> environment, Console console)
      throws IOException {
    DataChoice found =
        switch (choice) {
          case "auto" -> auto(environment, MnistDownload.MIRRORS, console);
          case "digits" -> digits(List.of());
          case "table" ->
              new DataChoice("generated table", new TableSource(Optional.empty()), List.of());
          default -> ofFolder(Path.of(choice));
        };
    found.notices.forEach(notice -> console.say("NOTE    %s", notice));
    return found;
  }

  private static DataChoice digits(List<String> notices) {
    return new DataChoice("generated digits", ImageSource.DRAWN, notices);
  }

  private static DataChoice mnist(Path folder, List<String> notices) {
    return new DataChoice("MNIST in " + folder, ImageSource.mnist(folder), notices);
  }

  private static DataChoice ofFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "Data folder "
              + folder
              + " does not exist. Name a folder of IDX files, or of train.parquet and test.parquet, or"
              + " use --data auto, --data digits or --data table.");
    }
    return TableSource.isIn(folder)
        ? new DataChoice("Parquet in " + folder, new TableSource(Optional.of(folder)), List.of())
        : new DataChoice("IDX files in " + folder, ImageSource.ofFiles(folder), List.of());
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

  /** Its rows, known to fit {@code network}. */
  VerifiedRows verify(Network network) throws IOException {
    return source.verify(network);
  }

  /** One split as a DataFrame with the columns {@code row, label, features}. */
  Dataset<Row> load(SparkSession spark, Split split) {
    return source.load(spark, split);
  }

  /** Both splits, read (or drawn) by the executors as examples for {@code network}. */
  RowSource rows(Network network) {
    return source.rows(network);
  }

  /** The local {@code path} as Hadoop writes it, whatever its default filesystem is. */
  static String hadoopPath(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri()).toString();
  }
}

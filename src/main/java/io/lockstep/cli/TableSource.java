package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.GeneratedTable;
import io.lockstep.data.Split;
import io.lockstep.data.spark.InputFormat;
import io.lockstep.data.spark.InputTable;
import io.lockstep.data.spark.Tables;
import io.lockstep.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of numbers: {@code train.parquet} and {@code test.parquet} in a folder, or the generated
 * table. The column {@code label} is the class; the column {@code features}, or else all other
 * numeric columns in their order, are the input.
 *
 * @param folder of the Parquet; empty for the generated table
 */
record TableSource(Optional<Path> folder) implements ExampleSource {
  private static final String FEATURES = "features";

  /** Whether {@code folder} holds such a table rather than IDX files. */
  static boolean isIn(Path folder) {
    return List.of(Split.TRAIN, Split.TEST).stream()
        .anyMatch(split -> Files.exists(file(folder, split)));
  }

  private static Path file(Path folder, Split split) {
    return folder.resolve(split + ".parquet");
  }

  @Override
  public Dataset<Row> load(SparkSession spark, Split split) {
    return folder
        .map(
            place ->
                InputTable.load(
                        spark,
                        DataChoice.hadoopPath(file(place, split)),
                        InputFormat.PARQUET,
                        FEATURES)
                    .rows())
        .orElseGet(
            () ->
                Tables.withFeatures(
                    Tables.generated(spark, split), FEATURES, Set.of("row", "label")));
  }

  /** Only what needs no Spark: rows and columns are checked when they are dealt. */
  @Override
  public VerifiedRows verify(Network network) {
    if (folder.isPresent()) {
      for (Split split : List.of(Split.TRAIN, Split.TEST)) {
        Path file = file(folder.get(), split);
        if (!Files.exists(file)) {
          throw new InvalidInputException(
              String.format(
                  "A table must have train.parquet and test.parquet, but %s does not exist.",
                  file));
        }
      }
    } else {
      requireGenerated("network.input", GeneratedTable.COLUMNS, network.inputSize());
      requireGenerated("the last layer's units", GeneratedTable.CLASSES, network.classes());
    }
    return new UnreadRows(this, network, Optional.empty());
  }

  private static void requireGenerated(String what, int rule, int value) {
    if (value != rule) {
      throw new InvalidInputException(
          String.format("%s must be %d for the generated table, but is %d.", what, rule, value));
    }
  }
}

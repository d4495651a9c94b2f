package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Rows to score, out of files on any Hadoop filesystem.
 *
 * <p>Every row has a key that does not depend on partitions: {@code row}, its number in an IDX
 * file; {@code path}, an image's file; of Parquet, its own column {@code row} or {@code path}, or,
 * when it has neither, its file as {@code path} and its number in it as {@code row}.
 *
 * @param rows the key, the features, and every other column that there is
 * @param features name of the column of features
 */
public record InputTable(Dataset<Row> rows, String features) {
  private static final String ROW = "row";
  private static final String PATH = "path";
  private static final String LABEL = "label";
  private static final String FEATURES = "features";

  /**
   * Finds the rows of {@code input}.
   *
   * @param input a file, a folder, or a glob of these
   * @param features the column of features, where files have columns. Without a column {@code
   *     features} these are the numeric ones, see {@link Tables#withFeatures}
   * @throws InvalidInputException if there is no such input, or it is of another format
   */
  public static InputTable load(
      SparkSession spark, String input, InputFormat format, String features) {
    try {
      Path path = HadoopPaths.of("Input", input);
      FileSystem files =
          HadoopPaths.filesOf("Input", path, spark.sparkContext().hadoopConfiguration());
      FileStatus[] found = files.globStatus(path);
      if (found == null || found.length == 0) {
        throw new InvalidInputException("Input " + input + " does not exist. Check the path.");
      }
      return switch (format == InputFormat.AUTO ? InputFormat.of(input, files, found[0]) : format) {
        case IDX -> new InputTable(idx(spark, input, single(input, found)), FEATURES);
        case IMAGES -> new InputTable(images(spark, input), FEATURES);
        case PARQUET -> new InputTable(parquet(spark, input, features), features);
        case AUTO -> throw new IllegalStateException("the files have a format");
      };
    } catch (MalformedFileException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "Input " + input + " can't be read: " + WholeFiles.reason(e), e);
    }
  }

  private static FileStatus single(String input, FileStatus[] found) {
    if (found.length > 1) {
      throw new InvalidInputException(
          String.format(
              "Input %s must be one IDX file or folder, but %d match. Name one of them.",
              input, found.length));
    }
    return found[0];
  }

  private static Dataset<Row> idx(SparkSession spark, String input, FileStatus found)
      throws IOException {
    boolean isGlob = !found.getPath().toUri().getPath().endsWith(new Path(input).getName());
    String path = isGlob ? found.getPath().toString() : input;
    return found.isDirectory()
        ? spark.read().format("mnist").option("split", "test").load(path)
        : IdxImages.load(spark, path);
  }

  private static Dataset<Row> images(SparkSession spark, String input) {
    Dataset<Row> images = spark.read().format("image").load(input);
    return images
        .withColumn(PATH, functions.col("image.origin"))
        .withColumnRenamed("image", FEATURES);
  }

  private static Dataset<Row> parquet(SparkSession spark, String input, String features) {
    Dataset<Row> table;
    try {
      table = spark.read().parquet(input);
    } catch (Exception e) { // Spark throws its checked exception through an API that declares none
      throw new InvalidInputException(
          String.format(
              "Input %s can't be read as Parquet: %s",
              input, e.getMessage().lines().findFirst().orElse(e.getClass().getSimpleName())),
          e);
    }
    List<String> columns = Arrays.asList(table.columns());
    Dataset<Row> keyed =
        columns.contains(ROW) || columns.contains(PATH)
            ? table
            : table.select(
                functions.col("_metadata.file_path").as(PATH),
                functions.col("_metadata.row_index").as(ROW),
                functions.col("*"));
    return features.equals(FEATURES)
        ? Tables.withFeatures(keyed, features, Set.of(ROW, PATH, LABEL))
        : keyed; // a name that was given must be there
  }

  /** The columns that name a row. */
  public List<String> key() {
    return Arrays.stream(rows.columns())
        .filter(name -> name.equals(ROW) || name.equals(PATH))
        .toList();
  }
}

package io.lockstep.cli;

import io.lockstep.data.spark.InputFormat;
import io.lockstep.data.spark.InputTable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The options of every command that scores files. */
final class InputOption {
  @Option(
      names = "--format",
      paramLabel = "auto|idx|parquet|images",
      defaultValue = "auto",
      description = {
        "What --input is: an IDX file of images, gzipped or not, or a folder of MNIST's four, whose"
            + " test rows are meant; Parquet; PNG, JPEG, GIF or BMP images. Default:"
            + " ${DEFAULT-VALUE}, which looks into the first file."
      })
  private String format;

  @Option(
      names = "--features",
      paramLabel = "COLUMN",
      defaultValue = "features",
      description = {
        "Parquet's column of features: binary (a byte a value, meaning value / 255), a Vector,"
            + " array<float>, array<double>, or an image of Spark's. Default: ${DEFAULT-VALUE}, or,"
            + " without it, the numeric columns but row and label, in their order."
      })
  private String features;

  /** Refuses a format that there is not, before anything is started. */
  void check() {
    format();
  }

  InputFormat format() {
    return InputFormat.of(format);
  }

  InputTable load(SparkSession session, String input) {
    return InputTable.load(session, input, format(), features);
  }
}

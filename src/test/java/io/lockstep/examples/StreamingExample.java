package io.lockstep.examples;

import io.lockstep.model.NeuralNetworkClassificationModel;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/** Scores Parquet files as they come. */
final class StreamingExample {
  /** How long the waiting files may take. */
  private static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(2);

  private StreamingExample() {}

  /**
   * Scores the files in {@code in}, writes them to {@code out}.
   *
   * @param schema of the files
   * @return whether all were done in time
   */
  static boolean run(SparkSession spark, String modelPath, StructType schema, String in, String out)
      throws Exception {
    // Shown in src/docs/estimator.md
    NeuralNetworkClassificationModel model = NeuralNetworkClassificationModel.load(modelPath);
    Dataset<Row> arriving = spark.readStream().schema(schema).parquet(in);
    StreamingQuery query =
        model
            .transform(arriving)
            .select("row", "prediction")
            .writeStream()
            .format("parquet")
            .option("checkpointLocation", out + "-progress")
            .trigger(Trigger.AvailableNow()) // or ProcessingTime, to go on for ever
            .start(out);
    // Shown up to here
    return query.awaitTermination(PATIENCE_MILLIS);
  }
}

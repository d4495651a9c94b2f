package io.lockstep.examples;

import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Image files, their class in the name of their folder. */
final class ImageFolderExample {
  private ImageFolderExample() {}

  /**
   * Returns a model of the images in {@code folder/CLASS/*.png}, grayscale, 28 x 28.
   *
   * @param folder with a folder per class, 0 to 9
   */
  static NeuralNetworkClassificationModel run(SparkSession spark, String folder) {
    // Shown in src/docs/estimator.md
    Dataset<Row> images =
        spark
            .read()
            .format("image")
            .load(folder + "/*")
            .withColumn(
                "label",
                functions
                    .regexp_extract(functions.col("image.origin"), "/(\\d+)/[^/]*$", 1)
                    .cast("int"));
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setFeaturesCol("image")
            .setNetwork("input = [1, 28, 28], layers = [flatten, {dense {units = 10}}]")
            .setLearningRate(0.1)
            .fit(images);
    // Shown up to here
    return model;
  }
}

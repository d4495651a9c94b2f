package io.lockstep.examples;

import io.lockstep.model.NeuralNetworkClassifier;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Named labels and a CNN in one pipeline, trained, saved, loaded. */
final class PipelineExample {
  private PipelineExample() {}

  /**
   * Returns the accuracy on {@code test}.
   *
   * @param train with columns {@code name} (text) and {@code features} (28 x 28 bytes)
   */
  static double run(Dataset<Row> train, Dataset<Row> test, String path) throws Exception {
    // Shown in src/docs/estimator.md
    StringIndexer labels = new StringIndexer().setInputCol("name").setOutputCol("label");
    NeuralNetworkClassifier cnn =
        new NeuralNetworkClassifier()
            .setNetwork(
                """
                input = [1, 28, 28]
                layers = [
                  {conv2d {filters = 10, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
                  {conv2d {filters = 20, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
                  flatten, {dense {units = 50}}, {dense {units = 10}}
                ]""")
            .setLearningRate(0.05)
            .setMomentum(0.5)
            .setMaxEpochs(5);

    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {labels, cnn}).fit(train);
    model.write().overwrite().save(path);

    Dataset<Row> predictions = PipelineModel.load(path).transform(test);
    // Shown up to here
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions);
  }
}

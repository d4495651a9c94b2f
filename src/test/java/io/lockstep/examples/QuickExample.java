package io.lockstep.examples;

import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The shortest: train, predict, judge. */
final class QuickExample {
  private QuickExample() {}

  /** Returns the accuracy on {@code test}. */
  static double run(Dataset<Row> train, Dataset<Row> test) {
    // Shown in README.md
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier().setLayers(784, 200, 10).setLearningRate(0.1).fit(train);
    Dataset<Row> predictions = model.transform(test);
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions);
    // Shown up to here
    return accuracy;
  }
}

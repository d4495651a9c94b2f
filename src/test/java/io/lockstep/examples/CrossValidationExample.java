package io.lockstep.examples;

import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which learning rate? */
final class CrossValidationExample {
  private CrossValidationExample() {}

  /**
   * Returns the model of the best learning rate.
   *
   * @param digits with columns {@code label} and {@code features}
   */
  static NeuralNetworkClassificationModel run(Dataset<Row> digits) {
    // Shown in src/docs/estimator.md
    NeuralNetworkClassifier mlp = new NeuralNetworkClassifier().setLayers(784, 50, 10);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(mlp.learningRate(), new double[] {0.0001, 0.05}).build();
    CrossValidatorModel best =
        new CrossValidator()
            .setEstimator(mlp)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(3)
            .fit(digits);
    // Shown up to here
    return (NeuralNetworkClassificationModel) best.bestModel();
  }
}

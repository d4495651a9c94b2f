package io.lockstep.examples.scala

import io.lockstep.model.{NeuralNetworkClassificationModel, NeuralNetworkClassifier}
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.apache.spark.ml.tuning.{CrossValidator, ParamGridBuilder}
import org.apache.spark.sql.DataFrame

/** Which learning rate? */
object CrossValidationExample {

  /** Returns the model of the best learning rate. */
  def run(digits: DataFrame): NeuralNetworkClassificationModel = {
    // Shown in src/docs/estimator.md
    val mlp = new NeuralNetworkClassifier().setLayers(784, 50, 10)
    val grid = new ParamGridBuilder().addGrid(mlp.learningRate, Array(0.0001, 0.05)).build()
    val best = new CrossValidator()
      .setEstimator(mlp)
      .setEstimatorParamMaps(grid)
      .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
      .setNumFolds(3)
      .fit(digits)
    // Shown up to here
    best.bestModel.asInstanceOf[NeuralNetworkClassificationModel]
  }
}

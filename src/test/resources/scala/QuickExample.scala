package io.lockstep.examples.scala

import io.lockstep.model.NeuralNetworkClassifier
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.apache.spark.sql.DataFrame

/** The shortest: train, predict, judge. */
object QuickExample {

  /** Returns the accuracy on `test`. */
  def run(train: DataFrame, test: DataFrame): Double = {
    // Shown in README.md
    val model = new NeuralNetworkClassifier().setLayers(784, 200, 10).setLearningRate(0.1).fit(train)
    val predictions = model.transform(test)
    val accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions)
    // Shown up to here
    accuracy
  }
}

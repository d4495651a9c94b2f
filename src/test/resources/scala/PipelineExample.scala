package io.lockstep.examples.scala

import io.lockstep.model.NeuralNetworkClassifier
import org.apache.spark.ml.{Pipeline, PipelineModel}
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.apache.spark.ml.feature.StringIndexer
import org.apache.spark.sql.DataFrame

/** Named labels and a CNN in one pipeline, trained, saved, loaded. */
object PipelineExample {

  /** Returns the accuracy on `test`. */
  def run(train: DataFrame, test: DataFrame, path: String): Double = {
    // Shown in src/docs/estimator.md
    val labels = new StringIndexer().setInputCol("name").setOutputCol("label")
    val cnn = new NeuralNetworkClassifier()
      .setNetwork("""
        input = [1, 28, 28]
        layers = [
          {conv2d {filters = 10, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
          {conv2d {filters = 20, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
          flatten, {dense {units = 50}}, {dense {units = 10}}
        ]""")
      .setLearningRate(0.05)
      .setMomentum(0.5)
      .setMaxEpochs(5)

    val model = new Pipeline().setStages(Array(labels, cnn)).fit(train)
    model.write.overwrite().save(path)

    val predictions = PipelineModel.load(path).transform(test)
    // Shown up to here
    new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions)
  }
}

package io.lockstep.model;

import io.lockstep.base.Checks;
import io.lockstep.data.spark.InvalidRows;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params of {@link PredictionParams}, made for one stage. */
public final class PredictionColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> featuresCol;
  final Param<String> predictionCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final DoubleArrayParam thresholds;
  final Param<String> handleInvalid;

  PredictionColumns(Params stage) {
    featuresCol =
        new Param<>(
            stage,
            "featuresCol",
            "column of features: a Vector, array<float>, array<double>, binary (one byte a value,"
                + " meaning value / 255) or image");
    predictionCol = new Param<>(stage, "predictionCol", "column of the predicted class, a double");
    probabilityCol =
        new Param<>(stage, "probabilityCol", "column of the probability of each class, a Vector");
    rawPredictionCol =
        new Param<>(stage, "rawPredictionCol", "column of the logit of each class, a Vector");
    thresholds =
        new DoubleArrayParam(
            stage,
            "thresholds",
            "one per class, >= 0 and at most one 0: the class with the largest probability /"
                + " threshold is predicted",
            (Domain<double[]>) PredictionColumns::checkThresholds);
    handleInvalid =
        new Param<>(
            stage,
            "handleInvalid",
            "what becomes of rows with null, NaN, a wrong number of values or a label that is no"
                + " class: error, or skip",
            (Domain<String>) InvalidRows::of);
    stage.setDefault(featuresCol, "features");
    stage.setDefault(predictionCol, "prediction");
    stage.setDefault(probabilityCol, "probability");
    stage.setDefault(rawPredictionCol, "rawPrediction");
    stage.setDefault(handleInvalid, InvalidRows.ERROR.toString());
  }

  private static void checkThresholds(double[] thresholds) {
    Checks.require(
        Arrays.stream(thresholds).allMatch(t -> t >= 0 && Double.isFinite(t))
            && Arrays.stream(thresholds).filter(t -> t == 0).count() <= 1,
        "thresholds must be >= 0 and finite, at most one of them 0",
        Arrays.toString(thresholds));
  }
}

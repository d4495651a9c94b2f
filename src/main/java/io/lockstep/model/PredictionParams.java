package io.lockstep.model;

import io.lockstep.data.spark.InvalidRows;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The params that the estimator and its model share, with the names that Spark ML gives them.
 *
 * @param <T> the stage itself, which setters return
 */
public interface PredictionParams<T extends PredictionParams<T>> extends Params {
  /** The params themselves. */
  PredictionColumns columns();

  /** This, as its own type. */
  T self();

  default Param<String> featuresCol() {
    return columns().featuresCol;
  }

  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** Default: {@code features}. */
  default T setFeaturesCol(String value) {
    set(featuresCol(), value);
    return self();
  }

  default Param<String> predictionCol() {
    return columns().predictionCol;
  }

  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  /** Default: {@code prediction}; empty for none. */
  default T setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }

  default Param<String> probabilityCol() {
    return columns().probabilityCol;
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  /** Default: {@code probability}; empty for none. */
  default T setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return self();
  }

  default Param<String> rawPredictionCol() {
    return columns().rawPredictionCol;
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  /** Default: {@code rawPrediction}; empty for none. */
  default T setRawPredictionCol(String value) {
    set(rawPredictionCol(), value);
    return self();
  }

  default DoubleArrayParam thresholds() {
    return columns().thresholds;
  }

  default double[] getThresholds() {
    return getOrDefault(thresholds());
  }

  /** Default: not set, which predicts the most probable class. */
  default T setThresholds(double... value) {
    set(thresholds(), value);
    return self();
  }

  default Param<String> handleInvalid() {
    return columns().handleInvalid;
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** {@code error} (default) or {@code skip}, see {@link InvalidRows}. */
  default T setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return self();
  }
}

package io.lockstep.model;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** How a {@link NeuralNetworkClassifier} was trained; like MLlib's summaries, not saved. */
public final class NeuralNetworkTrainingSummary {
  private final NeuralNetworkClassificationModel model;
  private final Dataset<Row> trainedOn;
  private final String labelCol;
  private final double[] stepLosses;
  private final List<EpochReport> epochs;
  private double accuracy = Double.NaN;

  NeuralNetworkTrainingSummary(
      NeuralNetworkClassificationModel model,
      Dataset<Row> trainedOn,
      String labelCol,
      TrainingProgress progress) {
    this.model = model;
    this.trainedOn = trainedOn;
    this.labelCol = labelCol;
    this.stepLosses = progress.stepLosses();
    this.epochs = progress.epochs();
  }

  /** Training loss of each epoch in nats per example, each taken before its step's update. */
  public double[] objectiveHistory() {
    return epochs.stream().mapToDouble(EpochReport::trainLoss).toArray();
  }

  /** Training loss of each step in nats per example, before its update. */
  public double[] objectiveHistoryPerStep() {
    return stepLosses.clone();
  }

  /** Accuracy on the validation rows after each epoch; empty without such rows. */
  public double[] validationAccuracies() {
    return epochs.stream()
        .map(EpochReport::validation)
        .flatMap(Optional::stream)
        .mapToDouble(EvaluationSum::accuracy)
        .toArray();
  }

  /** Number of SGD steps of this fit: those since the checkpoint, if it went on from one. */
  public long totalIterations() {
    return stepLosses.length;
  }

  /** Number of epochs that ended in this fit. */
  public int totalEpochs() {
    return epochs.size();
  }

  /** Wall-clock seconds of the steps, without dealing the rows and without evaluation. */
  public double seconds() {
    return epochs.stream().mapToLong(EpochReport::trainingNanos).sum() / 1e9;
  }

  /** The rows given to {@code fit}, but for those of a validation column, with predictions. */
  public Dataset<Row> predictions() {
    return model.transform(trainedOn);
  }

  /**
   * Fraction of these rows that the trained model predicts right; computed at the first call.
   *
   * @throws InvalidInputException if the model has no prediction column
   */
  public synchronized double accuracy() {
    if (Double.isNaN(accuracy)) {
      if (model.getPredictionCol().isEmpty()) {
        throw new InvalidInputException(
            "predictionCol must name a column for the accuracy, but is empty. Set it.");
      }
      Dataset<Row> predictions = predictions();
      accuracy =
          predictions
              .agg(
                  functions.avg(
                      Columns.of(predictions, model.getPredictionCol())
                          .equalTo(Columns.of(predictions, labelCol))
                          .cast("double")))
              .first()
              .getDouble(0);
    }
    return accuracy;
  }
}

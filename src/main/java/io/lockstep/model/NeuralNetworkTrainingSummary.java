package io.lockstep.model;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.training.KeptEpoch;
import io.lockstep.training.RunHistory;
import io.lockstep.training.TrainingResult;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** How a {@link NeuralNetworkClassifier} was trained; like MLlib's summaries, not saved. */
public final class NeuralNetworkTrainingSummary {
  private final NeuralNetworkClassificationModel model;
  private final Dataset<Row> trainedOn;
  private final String labelCol;
  private final RunHistory history;
  private final TrainingResult result;
  private double accuracy = Double.NaN;

  NeuralNetworkTrainingSummary(
      NeuralNetworkClassificationModel model,
      Dataset<Row> trainedOn,
      String labelCol,
      RunHistory history,
      TrainingResult result) {
    this.model = model;
    this.trainedOn = trainedOn;
    this.labelCol = labelCol;
    this.history = history;
    this.result = result;
  }

  /** Steps and epochs of this fit: those since the checkpoint, if it went on from one. */
  public RunHistory history() {
    return history;
  }

  /** Training loss of each epoch in nats per example, each taken before its step's update. */
  public double[] objectiveHistory() {
    return history.epochs().stream().mapToDouble(epoch -> epoch.train().loss()).toArray();
  }

  /** Training loss of each step in nats per example, before its update. */
  public double[] objectiveHistoryPerStep() {
    return history.steps().stream().mapToDouble(RunHistory.Step::loss).toArray();
  }

  /** Accuracy on the validation rows after each epoch; empty without such rows. */
  public double[] validationAccuracies() {
    return history.epochs().stream()
        .map(RunHistory.Epoch::validation)
        .flatMap(Optional::stream)
        .mapToDouble(RunHistory.Score::accuracy)
        .toArray();
  }

  /** Number of SGD steps of this fit: those since the checkpoint, if it went on from one. */
  public long totalIterations() {
    return history.steps().size();
  }

  /** Number of epochs that ended in this fit. */
  public int totalEpochs() {
    return history.epochs().size();
  }

  /** The epoch whose weights the model has, 1-based and counted from the run's first. */
  public int keptEpoch() {
    return result.epoch();
  }

  /** Which weights the model has, and how good they are by validation. */
  KeptEpoch kept() {
    return result.kept();
  }

  /** Whether {@code patience} ended the fit before its last epoch. */
  public boolean stoppedEarly() {
    return result.ending() == TrainingResult.Ending.STOPPED_EARLY;
  }

  /** Wall-clock seconds of the steps, without dealing the rows and without evaluation. */
  public double seconds() {
    return history.seconds();
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

  /** How the fit went, and the weights that it made; runs no Spark job. */
  @Override
  public String toString() {
    return String.format(
        "NeuralNetworkTrainingSummary: %s; the weights are %s; weights sha256 %s",
        history, kept(), model.weightsSha256());
  }
}

package io.lockstep.model;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.run.RowSource;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a DataFrame that an estimator trains and validates on.
 *
 * @param trainedOn the rows to train on, and those held out of them
 * @param sources the same, for the dealer
 * @param heldOut which fraction of {@code trainedOn}, the last ones, validates instead
 */
record TrainingRows(Dataset<Row> trainedOn, ShardedData.Sources sources, double heldOut)
    implements RowSource {

  @Override
  public ShardedData deal(
      JavaSparkContext spark, ShardedData.Layout layout, DistributedConfig config) {
    return ShardedData.deal(sources, layout.holdingOut(heldOut), config);
  }

  /** The rows that {@code stage} asks for. */
  static TrainingRows of(NeuralNetworkClassifier stage, Dataset<Row> table, Network network) {
    Optional<String> indicator = indicator(stage);
    if (indicator.isPresent()) {
      Column validates =
          functions.coalesce(Columns.of(table, indicator.get()), functions.lit(false));
      Dataset<Row> trainedOn = table.filter(validates.equalTo(false));
      Examples validation = examples(stage, table.filter(validates), network);
      return new TrainingRows(
          trainedOn,
          new ShardedData.Sources(
              examples(stage, trainedOn, network), Optional.of(validation), Optional.empty()),
          0);
    }
    Examples train = examples(stage, table, network);
    return new TrainingRows(
        table,
        new ShardedData.Sources(train, Optional.empty(), Optional.empty()),
        stage.getValidationFraction());
  }

  /** The column that marks the rows to validate on, if one was named. */
  static Optional<String> indicator(NeuralNetworkClassifier stage) {
    return Optional.of(stage.validationIndicatorCol())
        .filter(stage::isDefined)
        .map(param -> stage.getValidationIndicatorCol())
        .filter(name -> !name.isEmpty());
  }

  private static Examples examples(
      NeuralNetworkClassifier stage, Dataset<Row> table, Network network) {
    return Examples.of(table, names(stage), network, InvalidRows.of(stage.getHandleInvalid()));
  }

  private static Examples.Names names(NeuralNetworkClassifier stage) {
    Optional<String> weight =
        Optional.of(stage.weightCol())
            .filter(stage::isDefined)
            .map(param -> stage.getWeightCol())
            .filter(name -> !name.isEmpty());
    return new Examples.Names(stage.getFeaturesCol(), stage.getLabelCol(), weight);
  }

  /**
   * Checks what a schema alone can tell.
   *
   * @throws InvalidInputException if a column is missing or of another type, or the label's
   *     metadata counts other classes than the network
   */
  static void check(NeuralNetworkClassifier stage, StructType schema, Network network) {
    names(stage).requireIn(schema, network);
    indicator(stage)
        .ifPresent(
            name -> {
              StructField field = Columns.find(schema, name, "rows to validate on");
              if (!field.dataType().equals(DataTypes.BooleanType)) {
                throw new InvalidInputException(
                    String.format(
                        "Column \"%s\" must be boolean, true for rows to validate on, but is %s.",
                        name, field.dataType().simpleString()));
              }
            });
    classes(Attribute.fromStructField(Columns.find(schema, stage.getLabelCol(), "labels")))
        .filter(classes -> classes != network.classes())
        .ifPresent(
            classes -> {
              throw new InvalidInputException(
                  String.format(
                      "Column \"%s\" has %d classes, but the network ends in %d units. End it in"
                          + " {dense {units = %d}}.",
                      stage.getLabelCol(), classes, network.classes(), classes));
            });
  }

  /** How many classes a column's metadata, as StringIndexer leaves it, speaks of. */
  private static Optional<Integer> classes(Attribute attribute) {
    if (attribute instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      return Optional.of((Integer) nominal.getNumValues().get());
    }
    return attribute instanceof BinaryAttribute ? Optional.of(2) : Optional.empty();
  }
}

package io.lockstep.evaluation;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.FeatureColumn;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EvaluationSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Scores DataFrames in batches, see {@link BatchScorer}: the bits of a row's answer do not depend
 * on the partitions or on the rows beside it.
 *
 * @param model what scores; broadcast
 * @param features where the input is
 * @param invalidRows what becomes of rows without a usable input
 */
public record Scorer(
    Broadcast<TrainedNetwork> model, FeatureColumn features, InvalidRows invalidRows)
    implements Serializable {
  /** What {@link #predictions} returns: the key, the truth, the answer, and how sure it is. */
  public static final StructType SCHEMA =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("prediction", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("probability", DataTypes.createArrayType(DataTypes.DoubleType, false), false);

  /** Makes the row that comes out of the row that went in. */
  @FunctionalInterface
  public interface Answer extends Serializable {
    /**
     * The row for {@code row}, which is example {@code example} of {@code scored}. The scorer is
     * used again for the next rows.
     */
    Row of(Row row, BatchScorer scored, int example);
  }

  /**
   * Scores every row of {@code table}.
   *
   * @param schema of the rows that {@code answer} makes
   * @throws InvalidInputException in the task, for a row that can't be scored, unless such rows are
   *     skipped
   */
  public Dataset<Row> score(Dataset<Row> table, StructType schema, Answer answer) {
    int column = table.schema().fieldIndex(features.name());
    Scorer own = this;
    MapPartitionsFunction<Row, Row> score = rows -> new Scored(rows, own, column, answer);
    return table.mapPartitions(score, Encoders.row(schema));
  }

  /** Scores every row of {@code images}, a table of {@code row, label, features}. */
  public static Dataset<Row> predictions(Dataset<Row> images, TrainedNetwork model) {
    FeatureColumn features =
        FeatureColumn.of(images.schema(), "features", model.network().spec().input());
    return new Scorer(broadcast(images, model), features, InvalidRows.ERROR)
        .score(images.select("row", "label", "features"), SCHEMA, Scorer::withLoss);
  }

  /** Sends {@code model} to the executors that {@code table} will run on. */
  public static Broadcast<TrainedNetwork> broadcast(Dataset<?> table, TrainedNetwork model) {
    return JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()).broadcast(model);
  }

  private static Row withLoss(Row row, BatchScorer scored, int example) {
    int label = row.getInt(1);
    return RowFactory.create(
        row.getLong(0),
        label,
        scored.prediction(example),
        scored.loss(example, label),
        Arrays.stream(scored.probabilities(example)).boxed().toArray(Double[]::new));
  }

  /** Counts the predictions that {@link #predictions} made. */
  public static EvaluationSum count(Dataset<Row> predictions, int classes) {
    long[] confusion = new long[classes * classes];
    double lossSum = 0;
    // Ordered by row: the sum of the losses must not depend on who came first.
    Iterator<Row> rows =
        predictions.select("row", "label", "prediction", "loss").sort("row").toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      confusion[row.getInt(1) * classes + row.getInt(2)]++;
      lossSum += row.getDouble(3);
    }
    return new EvaluationSum(classes, confusion, lossSum);
  }

  /** Scores a batch whenever the one before is used up. */
  private static final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Scorer scorer;
    private final int column;
    private final Answer answer;
    private final BatchScorer batch;
    private final List<Row> batchRows = new ArrayList<>();
    private final float[] values;
    private long rowNumber;
    private int next;

    private Scored(Iterator<Row> rows, Scorer scorer, int column, Answer answer) {
      this.rows = rows;
      this.scorer = scorer;
      this.column = column;
      this.answer = answer;
      this.batch = scorer.model.value().newScorer();
      this.values = new float[scorer.features.input().size()];
    }

    @Override
    public boolean hasNext() {
      if (next == batchRows.size()) {
        scoreBatch();
      }
      return next < batchRows.size();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row result = answer.of(batchRows.get(next), batch, next);
      next++;
      return result;
    }

    private void scoreBatch() {
      batch.clear();
      batchRows.clear();
      next = 0;
      while (rows.hasNext() && !batch.isFull()) {
        Row row = rows.next();
        if (isUsable(row)) {
          batchRows.add(row);
          add(row.get(column));
        }
        rowNumber++;
      }
      if (batch.examples() > 0) {
        batch.score();
      }
    }

    private boolean isUsable(Row row) {
      Optional<String> defect =
          scorer.features.defect(
              row.get(column),
              () -> "row " + rowNumber + " of partition " + TaskContext.getPartitionId());
      if (defect.isPresent() && scorer.invalidRows == InvalidRows.ERROR) {
        throw new InvalidInputException(defect.get());
      }
      return defect.isEmpty();
    }

    private void add(Object cell) {
      if (scorer.features.isBytes()) {
        batch.add(scorer.features.bytes(cell));
      } else {
        scorer.features.floats(cell, values, 0);
        batch.add(values);
      }
    }
  }
}

package io.lockstep.evaluation;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.FeatureColumn;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.Ensemble;
import io.lockstep.training.EvaluationSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Scores DataFrames in batches, see {@link BatchScorer}: the bits of a row's answer do not depend
 * on the partitions or on the rows beside it.
 *
 * @param model what scores; broadcast
 * @param features where the input is
 * @param invalidRows what becomes of rows without a usable input
 */
public record Scorer(Broadcast<Ensemble> model, FeatureColumn features, InvalidRows invalidRows)
    implements Serializable {
  /** What {@link #predictions} adds to the key: the truth, the answer, and how sure it is. */
  private static final StructType ANSWER =
      new StructType()
          .add("label", DataTypes.IntegerType, false)
          .add("prediction", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("probability", DataTypes.createArrayType(DataTypes.DoubleType, false), false);

  /** Columns that name a row, where there are such. */
  private static final List<String> KEY = List.of("path", "row");

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
  public static Dataset<Row> predictions(Dataset<Row> images, Ensemble model) {
    return predictions(images, List.of("row"), Examples.Names.DEFAULTS, model);
  }

  /**
   * Scores every row of {@code table}, which knows the truth: {@code key, label, prediction, loss,
   * probability}.
   *
   * @param key columns that name a row
   * @throws InvalidInputException if a column is missing or of another type
   */
  public static Dataset<Row> predictions(
      Dataset<Row> table, List<String> key, Examples.Names names, Ensemble model) {
    Examples.Reader reader = Examples.of(table, names, model.network(), InvalidRows.ERROR).reader();
    StructType schema = new StructType();
    for (String name : key) {
      schema = schema.add(table.schema().apply(name));
    }
    for (StructField field : ANSWER.fields()) {
      schema = schema.add(field);
    }
    List<Column> columns = new ArrayList<>(key.stream().map(table::col).toList());
    columns.add(Columns.of(table, names.label()));
    columns.add(Columns.of(table, names.features()));
    return new Scorer(broadcast(table, model), reader.features(), InvalidRows.ERROR)
        .score(
            table.select(columns.toArray(Column[]::new)),
            schema,
            (row, scored, example) -> withLoss(row, reader, scored, example));
  }

  /** Sends {@code model} to the executors that {@code table} will run on. */
  public static Broadcast<Ensemble> broadcast(Dataset<?> table, Ensemble model) {
    return JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()).broadcast(model);
  }

  /** The key and the label come first, the features last. */
  private static Row withLoss(Row row, Examples.Reader reader, BatchScorer scored, int example) {
    int keys = row.size() - 2;
    reader
        .labelDefect(row.get(keys), () -> key(row))
        .ifPresent(
            defect -> {
              throw new InvalidInputException(defect);
            });
    int label = ((Number) row.get(keys)).intValue();
    Object[] values = new Object[keys + ANSWER.size()];
    for (int i = 0; i < keys; i++) {
      values[i] = row.get(i);
    }
    values[keys] = label;
    values[keys + 1] = scored.prediction(example);
    values[keys + 2] = scored.loss(example, label);
    values[keys + 3] = scored.probabilities(example);
    return RowFactory.create(values);
  }

  /** What a user finds a row by, or nothing. */
  private static String key(Row row) {
    List<String> columns = Arrays.asList(row.schema().fieldNames());
    return KEY.stream()
        .filter(columns::contains)
        .map(name -> name + " " + row.getAs(name))
        .collect(Collectors.joining(", "));
  }

  /**
   * Counts rows of {@code label, prediction, loss}, as {@link #predictions} makes them. Executors
   * count; no row comes to the driver. The bits do not depend on the partitions or on the order of
   * the rows.
   */
  public static EvaluationSum count(Dataset<Row> predictions, int classes) {
    return predictions
        .select("label", "prediction", "loss")
        .toJavaRDD()
        .treeAggregate(
            new Tally(classes),
            (tally, row) -> tally.count(row.getInt(0), row.getInt(1), row.getDouble(2)),
            Tally::add)
        .sum();
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
      Optional<String> defect = scorer.features.defect(row.get(column), () -> name(row));
      if (defect.isPresent() && scorer.invalidRows == InvalidRows.ERROR) {
        throw new InvalidInputException(defect.get());
      }
      return defect.isEmpty();
    }

    private String name(Row row) {
      String key = key(row);
      return key.isEmpty()
          ? "row " + rowNumber + " of partition " + TaskContext.getPartitionId()
          : key;
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

package io.lockstep.evaluation;

import io.lockstep.data.Features;
import io.lockstep.linalg.Matrix;
import io.lockstep.network.SoftmaxCrossEntropy;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.network.Workspace;
import io.lockstep.training.EvaluationSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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
 * Scores DataFrames of {@code row, label, features} in batches, through the training's kernel.
 *
 * <p>The same partitions give the same bits. Other partitions make other batches, and a product of
 * another shape may round the last bits of a logit differently.
 */
public final class Scorer {
  /** What {@link #predictions} returns: the key, the truth, the answer, and how sure it is. */
  public static final StructType SCHEMA =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("prediction", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("probability", DataTypes.createArrayType(DataTypes.DoubleType, false), false);

  private Scorer() {}

  /** Scores every row of {@code images}. */
  public static Dataset<Row> predictions(Dataset<Row> images, TrainedNetwork model) {
    Broadcast<TrainedNetwork> shared =
        JavaSparkContext.fromSparkContext(images.sparkSession().sparkContext()).broadcast(model);
    MapPartitionsFunction<Row, Row> score = rows -> new Scored(rows, shared.value());
    return images.select("row", "label", "features").mapPartitions(score, Encoders.row(SCHEMA));
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

  /** Scores as many rows at a time as the workspace holds. */
  private static final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final TrainedNetwork model;
    private final Workspace workspace;
    private final List<Row> batch = new ArrayList<>();
    private Matrix logits;
    private int next;

    private Scored(Iterator<Row> rows, TrainedNetwork model) {
      this.rows = rows;
      this.model = model;
      this.workspace = model.network().newWorkspace();
    }

    @Override
    public boolean hasNext() {
      return next < batch.size() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (next == batch.size()) {
        scoreBatch();
      }
      Row row = batch.get(next);
      int label = row.getInt(1);
      Row result =
          RowFactory.create(
              row.getLong(0),
              label,
              SoftmaxCrossEntropy.prediction(logits, next),
              SoftmaxCrossEntropy.loss(logits, next, label),
              Arrays.stream(SoftmaxCrossEntropy.probabilities(logits, next))
                  .boxed()
                  .toArray(Double[]::new));
      next++;
      return result;
    }

    private void scoreBatch() {
      batch.clear();
      next = 0;
      while (rows.hasNext() && batch.size() < workspace.capacity()) {
        batch.add(rows.next());
      }
      workspace.resize(batch.size());
      Matrix input = workspace.input();
      for (int i = 0; i < batch.size(); i++) {
        byte[] pixels = (byte[]) batch.get(i).get(2);
        new Features.Bytes(pixels.length, pixels)
            .decoder(model.normalization())
            .decode(0, input.data(), input.columnOffset(i));
      }
      logits = model.network().logits(model.weights(), workspace);
    }
  }
}

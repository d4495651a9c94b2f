package io.lockstep.cli;

import io.lockstep.base.Checks;
import io.lockstep.data.Features;
import io.lockstep.distributed.SparkFailures;
import io.lockstep.evaluation.Scorer;
import io.lockstep.lanes.Lanes;
import io.lockstep.linalg.Blas;
import io.lockstep.network.Normalization;
import io.lockstep.network.SoftmaxCrossEntropy;
import io.lockstep.training.EvaluationSum;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.BLAS$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * MLlib's {@code MultilayerPerceptronClassifier} (sigmoid hidden layers, softmax) on a run's rows:
 * the baseline. What is not named here is MLlib's default.
 *
 * @param layers units of every layer, from the inputs to the classes
 * @param solver {@code l-bfgs} or {@code gd}
 * @param seed of the first weights
 */
record MllibPerceptron(List<Integer> layers, String solver, long seed) {
  private static final List<String> SOLVERS = List.of("l-bfgs", "gd");

  private static final StructType VECTORS =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  private static final StructType SCORED =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("prediction", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false);

  MllibPerceptron {
    Checks.require(SOLVERS.contains(solver), "--solver must be one of " + SOLVERS, solver);
  }

  /**
   * What MLlib's layers multiply with in the tasks of {@code context}. Call it before anything else
   * of MLlib, which looks for a native library once per JVM: {@link Blas} announces ours.
   */
  static String blasOfTasks(JavaSparkContext context) {
    List<Integer> slots = Collections.nCopies(context.defaultParallelism(), 0);
    return context.parallelize(slots, slots.size()).map(slot -> announcedBlas()).collect().stream()
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String announcedBlas() {
    String announced = Blas.description();
    return BLAS$.MODULE$.nativeBLAS().getClass().getSimpleName() + " of " + announced;
  }

  /** {@code row, label, features} with bytes, as vectors of normalised doubles. */
  static Dataset<Row> vectors(Dataset<Row> images, Normalization normalization) {
    MapFunction<Row, Row> decode =
        row -> {
          byte[] pixels = row.getAs(2);
          float[] values = new float[pixels.length];
          new Features.Bytes(pixels.length, pixels).decoder(normalization).decode(0, values, 0);
          return RowFactory.create(row.get(0), row.get(1), vector(values));
        };
    return images.select("row", "label", "features").map(decode, Encoders.row(VECTORS));
  }

  private static Vector vector(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return Vectors.dense(doubles);
  }

  /** Fits {@code vectors} for at most {@code iterations} passes. */
  MultilayerPerceptronClassificationModel fit(Dataset<Row> vectors, int iterations) {
    MultilayerPerceptronClassifier classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(layers.stream().mapToInt(Integer::intValue).toArray())
            .setSolver(solver)
            .setSeed(seed)
            .setMaxIter(iterations);
    return SparkFailures.explaining(
        "MLlib could not fit its perceptron", () -> classifier.fit(vectors));
  }

  /** What batch scoring is for: {@code row, prediction, probability} of every row. */
  static Dataset<Row> probabilities(
      Dataset<Row> vectors, MultilayerPerceptronClassificationModel model) {
    return model.transform(vectors).select("row", "prediction", "probability");
  }

  /** Counts what {@code model} says of {@code vectors}. */
  EvaluationSum evaluate(Dataset<Row> vectors, MultilayerPerceptronClassificationModel model) {
    return SparkFailures.explaining(
        "MLlib could not score the rows",
        () -> Scorer.count(scored(vectors, model), layers.get(layers.size() - 1)));
  }

  private static Dataset<Row> scored(
      Dataset<Row> vectors, MultilayerPerceptronClassificationModel model) {
    MapFunction<Row, Row> score =
        row -> {
          int label = row.getInt(1);
          Vector logits = row.getAs(3);
          return RowFactory.create(
              row.get(0), label, (int) row.getDouble(2), loss(logits.toArray(), label));
        };
    return model
        .transform(vectors)
        .select("row", "label", "prediction", "rawPrediction")
        .map(score, Encoders.row(SCORED));
  }

  private static double loss(double[] logits, int label) {
    Lanes one = Lanes.zeros(logits.length, Lanes.COUNT);
    for (int k = 0; k < logits.length; k++) {
      one.set(k, 0, (float) logits[k]);
    }
    return SoftmaxCrossEntropy.loss(one, 0, label);
  }
}

package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import java.nio.file.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line and a Spark ML pipeline on the same rows: the same bits. */
class PipelineIT {
  @TempDir private Path folder;

  @Test
  void pipeline_onDigits_givesTheBitsOfTheCommandLine() {
    assertSameBits("digits", TestSpark.session().read().format("digits"), 3000);
  }

  @Test
  void pipeline_onMnist_givesTheBitsOfTheCommandLine() {
    String home = System.getenv("MNIST_HOME");
    assumeTrue(home != null, "MNIST_HOME is not set: the real MNIST is not compared");
    String path = Path.of(home).toUri().toString();
    assertSameBits(home, TestSpark.session().read().format("mnist").option("path", path), 60_000);
  }

  private void assertSameBits(String data, DataFrameReader reader, int trainRows) {
    Dataset<Row> train = named(reader.option("split", "train").load()).filter("row < " + trainRows);
    Dataset<Row> test = named(reader.option("split", "test").load());
    StringIndexer labels =
        new StringIndexer()
            .setInputCol("name")
            .setOutputCol("label")
            .setStringOrderType("alphabetAsc");
    VectorAssembler assembler =
        new VectorAssembler().setInputCols(new String[] {"top", "bottom"}).setOutputCol("features");
    NeuralNetworkClassifier softmax =
        new NeuralNetworkClassifier()
            .setNetwork("input = [1, 28, 28], layers = [flatten, {dense {units = 10}}]")
            .setWeightInitializer("normal { sigma = 0.01 }")
            .setBiasInitializer("zeros")
            .setBatchSize(256)
            .setSeed(1)
            .setLearningRate(0.005)
            .setMaxEpochs(1);

    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {labels, assembler, softmax}).fit(train);

    NeuralNetworkClassificationModel model =
        (NeuralNetworkClassificationModel) pipeline.stages()[2];
    String bits = model.weightsSha256();
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(pipeline.transform(test));

    int exit =
        Main.execute(
            "train",
            "conf/softmax.conf",
            "--data",
            data,
            "--set",
            "training.epochs=1",
            "--set",
            "data.trainRows=" + trainRows,
            "--master",
            "local[2]",
            "--out",
            folder.resolve("run").toString());
    Config metrics =
        ConfigFactory.parseFile(folder.resolve("run").resolve("metrics.json").toFile());
    assertEquals(0, exit);
    assertEquals(metrics.getString("weights_sha256"), bits);
    assertEquals(metrics.getDouble("test_accuracy"), accuracy, 1e-12);
  }

  /** As tables of numbers come: a name for a label, and the features in two columns. */
  private static Dataset<Row> named(Dataset<Row> digits) {
    StructType schema =
        new StructType()
            .add("row", DataTypes.LongType)
            .add("name", DataTypes.StringType)
            .add("top", SQLDataTypes.VectorType())
            .add("bottom", SQLDataTypes.VectorType());
    MapFunction<Row, Row> name =
        row -> {
          byte[] pixels = (byte[]) row.get(2);
          int half = pixels.length / 2;
          return RowFactory.create(
              row.get(0),
              "digit " + row.get(1),
              Vectors.dense(values(pixels, 0, half)),
              Vectors.dense(values(pixels, half, pixels.length)));
        };
    return digits.map(name, Encoders.row(schema));
  }

  private static double[] values(byte[] pixels, int from, int to) {
    double[] values = new double[to - from];
    for (int i = from; i < to; i++) {
      values[i - from] = (pixels[i] & 0xff) / 255.0;
    }
    return values;
  }
}

package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class NeuralNetworkClassificationModelTest {
  private static final int ROWS = 150;

  private static NeuralNetworkClassificationModel model;
  private static Dataset<Row> digits;

  @TempDir private Path folder;

  @BeforeAll
  static void fit() {
    digits = DigitFrames.of("dense", ROWS).cache();
    model =
        new NeuralNetworkClassifier()
            .setNetwork(
                "input = [1, 28, 28], layers = [{conv2d {filters = 2, kernel = 5}}, relu,"
                    + " {maxPool2d {kernel = 4}}, flatten, {dense {units = 10}}]")
            .setNormalizeMean(0.1)
            .setNormalizeStd(0.3)
            .setMaxEpochs(2)
            .setBatchSize(15)
            .setLearningRate(0.1)
            .fit(digits);
  }

  private static List<Row> scores(NeuralNetworkClassificationModel scorer, Dataset<Row> rows) {
    return scorer
        .transform(rows)
        .select("row", "rawPrediction", "probability", "prediction")
        .sort("row")
        .collectAsList();
  }

  private String path(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void transform_otherPartitions_givesTheSameBits() {
    assertEquals(scores(model, digits), scores(model, digits.repartition(7)));
  }

  @Test
  void transform_everyKindOfFeatures_givesTheSameBits() {
    for (String kind : DigitFrames.KINDS) {
      assertEquals(scores(model, digits), scores(model, DigitFrames.of(kind, ROWS)), kind);
    }
  }

  @Test
  void predict_oneVector_givesTheBitsOfTransform() {
    Row row = model.transform(digits).first();
    Vector features = row.getAs("features");

    assertEquals(row.<Vector>getAs("rawPrediction"), model.predictRaw(features));
    assertEquals(row.<Vector>getAs("probability"), model.predictProbability(features));
    assertEquals(row.<Double>getAs("prediction"), model.predict(features));
  }

  @Test
  void predict_wrongLength_isRefused() {
    assertEquals(
        "features of the example must have 784 values, the network's input, but has 3. Change"
            + " network.input or the features.",
        assertThrows(InvalidInputException.class, () -> model.predict(Vectors.dense(1, 2, 3)))
            .getMessage());
  }

  @Test
  void transform_columnsSetEmpty_areNotAdded() {
    NeuralNetworkClassificationModel lean =
        model.copy(new ParamMap()).setRawPredictionCol("").setProbabilityCol("");

    assertArrayEquals(
        new String[] {"row", "label", "features", "prediction"}, lean.transform(digits).columns());
  }

  @Test
  void transform_thresholds_decideByScaledProbability() {
    double[] thresholds = new double[10];
    Arrays.fill(thresholds, 1);
    thresholds[3] = 0; // whoever has any probability of 3 is a 3
    NeuralNetworkClassificationModel biased = model.copy(new ParamMap()).setThresholds(thresholds);

    assertEquals(ROWS, biased.transform(digits).filter("prediction = 3").count());
    assertEquals(3, biased.predict(digits.first().<Vector>getAs("features")));
  }

  @Test
  void transform_thresholdsOfAnotherNumber_areRefused() {
    NeuralNetworkClassificationModel biased = model.copy(new ParamMap()).setThresholds(1, 2);

    assertEquals(
        "thresholds must be 10, one per class, but was [1.0, 2.0]",
        assertThrows(InvalidInputException.class, () -> biased.transform(digits)).getMessage());
  }

  @Test
  void transform_metadataOfOtherColumns_stays() {
    Metadata metadata = new MetadataBuilder().putString("unit", "pixels").build();
    Dataset<Row> marked = digits.withColumn("row", functions.col("row").as("row", metadata));

    assertEquals(metadata, model.transform(marked).schema().apply("row").metadata());
  }

  @Test
  void transform_nullFeatures_isRefusedWithTheRowOrSkipped() {
    Dataset<Row> holes =
        digits
            .coalesce(1)
            .withColumn(
                "features",
                functions
                    .when(functions.col("row").equalTo(4), functions.lit(null))
                    .otherwise(functions.col("features")));

    Throwable cause = assertThrows(Exception.class, () -> scores(model, holes));
    while (!(cause instanceof InvalidInputException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertEquals("features of row 4 must not be null. Drop or impute it.", cause.getMessage());
    NeuralNetworkClassificationModel skipping = model.copy(new ParamMap()).setHandleInvalid("skip");
    assertEquals(ROWS - 1, skipping.transform(holes).count());
  }

  @Test
  void load_saved_givesIdenticalColumnsAndParams() throws Exception {
    NeuralNetworkClassificationModel saved =
        model
            .copy(new ParamMap())
            .setPredictionCol("digit")
            .setThresholds(1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5);
    saved.save(path("model"));

    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path("model"));

    assertEquals(saved.uid(), loaded.uid());
    assertEquals(
        saved.transform(digits).sort("row").collectAsList(),
        loaded.transform(digits).sort("row").collectAsList());
    assertEquals(saved.transform(digits).schema(), loaded.transform(digits).schema());
    assertFalse(loaded.hasSummary());
    assertEquals(
        "There is no training summary: " + saved.uid() + " was not fitted in this session.",
        assertThrows(IllegalStateException.class, loaded::summary).getMessage());
  }

  @Test
  void load_savedPipeline_findsTheModel() throws Exception {
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {model}).fit(digits);
    pipeline.save(path("pipeline"));

    PipelineModel loaded = PipelineModel.load(path("pipeline"));

    assertEquals(
        pipeline.transform(digits).sort("row").collectAsList(),
        loaded.transform(digits).sort("row").collectAsList());
  }

  @Test
  void save_existingTarget_isRefusedUnlessOverwritten() throws Exception {
    model.save(path("model"));

    assertEquals(
        "Output "
            + new org.apache.hadoop.fs.Path(path("model"))
            + " must be new, but it exists. To replace it, call write().overwrite().save(path).",
        assertThrows(InvalidInputException.class, () -> model.save(path("model"))).getMessage());
    model.write().overwrite().save(path("model"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of("model"), files.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void save_targetThatCanNotBeMade_saysWhich() throws IOException {
    Files.writeString(folder.resolve("file"), "");

    IOException e = assertThrows(IOException.class, () -> model.save(path("file/model")));

    assertTrue(
        e.getMessage()
            .startsWith(new org.apache.hadoop.fs.Path(path("file/model")) + " can't be written: "),
        e.getMessage());
  }

  private static String loadRefusal(String path) {
    return assertThrows(
            InvalidInputException.class, () -> NeuralNetworkClassificationModel.load(path))
        .getMessage();
  }

  @Test
  void load_foreignFolder_isRefused() {
    assertEquals(
        "Model folder "
            + new org.apache.hadoop.fs.Path(path("nothing"))
            + " must hold network.conf and weights.safetensors, but has no network.conf. Name a"
            + " run's folder, its model folder, or a saved model (of a saved pipeline, the folder of"
            + " its stage).",
        loadRefusal(path("nothing")));
  }

  @Test
  void load_damagedWeights_isRefused() throws Exception {
    model.save(path("model"));
    Path weights = folder.resolve("model").resolve("weights.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 4));
    Files.deleteIfExists(folder.resolve("model").resolve(".weights.safetensors.crc"));

    assertTrue(
        loadRefusal(path("model")).endsWith("The file is damaged or cut off."),
        () -> loadRefusal(path("model")));
  }

  @Test
  void load_modelOfTheCommandLine_saysThatItHasNoMetadata() {
    model.trainedNetwork().save(folder.resolve("model"));

    String message = loadRefusal(path("model"));

    assertTrue(
        message.startsWith(
            "Model folder " + path("model") + " has no metadata that Spark ML can read: "),
        message);
    assertTrue(message.endsWith("Network.load reads its weights without."), message);
  }

  @Test
  void stream_ofParquetFiles_isScored() throws Exception {
    digits.write().parquet(path("in"));
    Dataset<Row> stream =
        TestSpark.session().readStream().schema(digits.schema()).parquet(path("in"));

    model
        .transform(stream)
        .select("row", "rawPrediction", "probability", "prediction")
        .writeStream()
        .format("parquet")
        .option("path", path("out"))
        .option("checkpointLocation", path("progress"))
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination(TimeUnit.MINUTES.toMillis(1));

    assertEquals(
        scores(model, digits),
        TestSpark.session().read().parquet(path("out")).sort("row").collectAsList());
  }

  @Test
  void networkLoad_withoutSparkOnTheClassPath_givesTheSameProbabilities() throws Exception {
    model.save(path("model"));
    Row row = digits.first();
    Vector features = row.getAs("features");
    String values =
        Arrays.stream(features.toArray())
            .mapToObj(value -> String.valueOf((float) value))
            .collect(Collectors.joining(","));
    Path input = folder.resolve("values");
    Files.writeString(input, values);

    String output = plainJvm(folder.resolve("model").toString(), input.toString());

    assertEquals(
        "no Spark\n" + Arrays.toString(model.predictProbability(features).toArray()) + "\n",
        output);
  }

  private static String plainJvm(String... arguments) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .filter(entry -> !entry.matches(".*/(spark|hadoop|kafka|hive)-[^/]*"))
            .collect(Collectors.joining(":"));
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classPath,
                    PlainScorer.class.getName()),
                Arrays.stream(arguments))
            .toList();
    Path output = Files.createTempFile("plain", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    return Files.readString(output);
  }

  /** What a program without Spark does. */
  static final class PlainScorer {
    private PlainScorer() {}

    public static void main(String[] arguments) throws IOException {
      try {
        Class.forName("org.apache.spark.ml.linalg.Vector");
      } catch (ClassNotFoundException e) {
        System.out.println("no Spark");
      }
      String[] texts = Files.readString(Path.of(arguments[1])).split(",", -1);
      float[] values = new float[texts.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(texts[i]);
      }
      TrainedNetwork network = Network.load(Path.of(arguments[0]));
      System.out.println(Arrays.toString(network.probabilities(values)));
    }
  }
}

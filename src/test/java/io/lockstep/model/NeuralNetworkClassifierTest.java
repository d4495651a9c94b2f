package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.Augmentation;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.network.Dense;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.training.Adam;
import io.lockstep.training.AdamW;
import io.lockstep.training.ConstantSchedule;
import io.lockstep.training.CosineSchedule;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.RunPlan;
import io.lockstep.training.Selection;
import io.lockstep.training.Sgd;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.WarmupSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("spark")
class NeuralNetworkClassifierTest {
  private static final int ROWS = 600;

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setLayers(784, 20, 10)
        .setMaxEpochs(3)
        .setBatchSize(20)
        .setLearningRate(0.1)
        .setMomentum(0.5)
        .setSeed(7);
  }

  private static String reference(int rows) {
    return reference(
        rows,
        new TrainingConfig(3, 20, true, 7, 4, new Sgd(0.1, 0.5, false, 0), new ConstantSchedule()));
  }

  private static String reference(int rows, TrainingConfig config) {
    Network network =
        Network.of(
            new NetworkSpec(
                new Shape.Vector(784), List.of(new Dense(20), new Relu(), new Dense(10))));
    RunPlan plan = RunPlan.of(network, Normalization.NONE, config, rows);
    LabeledImages digits = Digits.draw(Split.TRAIN, rows);
    TrainingSession session =
        new TrainingSession(
            config,
            plan,
            Initializer.Scheme.DEFAULTS.draw(network, config.seeds()),
            false,
            OptionalLong.empty(),
            TrainingListener.NONE);
    return Safetensors.sha256(
        LocalTrainer.train(session, plan, Dealer.group(digits, digits, 4)).weights());
  }

  static List<String> kinds() {
    return DigitFrames.KINDS;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void fit_everyKindOfFeatures_givesTheReferencesBits(String kind) {
    assertEquals(reference(ROWS), classifier().fit(DigitFrames.of(kind, ROWS)).weightsSha256());
  }

  @Test
  void fit_optimizerAsHocon_hasTheBitsOfItsParams() {
    NeuralNetworkClassifier stage =
        new NeuralNetworkClassifier()
            .setLayers(784, 20, 10)
            .setMaxEpochs(3)
            .setBatchSize(20)
            .setOptimizer("sgd { learningRate = 0.1 }")
            .setMomentum(0.5)
            .setSeed(7);

    assertEquals(reference(ROWS), stage.fit(DigitFrames.binary(ROWS)).weightsSha256());
  }

  @Test
  void fit_everyWayToTrain_givesTheReferencesBits() {
    NeuralNetworkClassifier stage =
        new NeuralNetworkClassifier()
            .setLayers(784, 20, 10)
            .setMaxEpochs(3)
            .setBatchSize(20)
            .setOptimizer("adam { beta1 = 0.8 }")
            .setLearningRate(0.01)
            .setSchedule("cosine")
            .setClipNorm(0.5)
            .setLabelSmoothing(0.1)
            .setAverageWeights(0.9)
            .setShuffleBlock(4)
            .setSeed(7);
    TrainingConfig config =
        new TrainingConfig(
            3,
            20,
            true,
            4,
            7,
            4,
            new Adam(0.01, 0.8, 0.999, 1e-8, 0),
            new CosineSchedule(0),
            0.5,
            0.1,
            0.9,
            1,
            TrainingConfig.DEFAULTS.gradients(),
            Selection.DEFAULTS);

    assertEquals(reference(ROWS, config), stage.fit(DigitFrames.binary(ROWS)).weightsSha256());
  }

  @Test
  void setOptimizerAndSchedule_typed_areTheSameAsTheirText() {
    NeuralNetworkClassifier stage =
        new NeuralNetworkClassifier()
            .setLayers(784, 10)
            .setOptimizer(new AdamW(0.002, 0.8, 0.99, 1e-6, 0.1))
            .setSchedule(new WarmupSchedule(3, new CosineSchedule(0.1)));

    TrainingConfig training = FitSettings.of(stage).config().training();

    assertEquals(new AdamW(0.002, 0.8, 0.99, 1e-6, 0.1), training.optimizer());
    assertEquals(new WarmupSchedule(3, new CosineSchedule(0.1)), training.schedule());
  }

  @Test
  void fit_rowsOfWeightZero_changeNothing() {
    Dataset<Row> weighted =
        DigitFrames.binary(ROWS + 50)
            .withColumn("w", functions.when(functions.col("row").lt(ROWS), 1.0).otherwise(0.0));

    assertEquals(reference(ROWS), classifier().setWeightCol("w").fit(weighted).weightsSha256());
  }

  @Test
  void fit_rowsOfWeightTwo_countLikeTwoRows() {
    Dataset<Row> digits = DigitFrames.binary(100);
    Dataset<Row> heavy =
        digits.withColumn("w", functions.when(functions.col("row").lt(50), 2.0).otherwise(1.0));
    Dataset<Row> twice = digits.union(digits.filter("row < 50"));
    NeuralNetworkClassifier oneStep =
        classifier().setMaxEpochs(1).setBatchSize(1000).setShuffle(false);

    float[] weighted =
        oneStep.copy(new ParamMap()).setWeightCol("w").fit(heavy).trainedNetwork().weights();
    float[] doubled = oneStep.fit(twice).trainedNetwork().weights();

    assertArrayEquals(doubled, weighted, 1e-6f);
    assertNotEquals(
        Safetensors.sha256(oneStep.fit(digits).trainedNetwork().weights()),
        Safetensors.sha256(doubled));
  }

  @Test
  void fit_invalidRowsSkipped_givesTheBitsOfTheOthers() {
    Dataset<Row> withInvalid =
        DigitFrames.binary(ROWS + 3)
            .withColumn(
                "label",
                functions
                    .when(functions.col("row").equalTo(ROWS), 10)
                    .when(functions.col("row").equalTo(ROWS + 1), functions.lit(null))
                    .otherwise(functions.col("label")))
            .withColumn(
                "features",
                functions
                    .when(functions.col("row").equalTo(ROWS + 2), functions.lit(null))
                    .otherwise(functions.col("features")));

    assertEquals(
        reference(ROWS), classifier().setHandleInvalid("skip").fit(withInvalid).weightsSha256());
  }

  @Test
  void fit_validationColumn_trainsOnTheOthersAndReportsEachEpoch() {
    Dataset<Row> marked =
        DigitFrames.binary(ROWS + 40).withColumn("v", functions.col("row").geq(ROWS));

    NeuralNetworkClassificationModel model =
        classifier().setValidationIndicatorCol("v").fit(marked);

    assertEquals(reference(ROWS), model.weightsSha256());
    assertEquals(3, model.summary().validationAccuracies().length);
  }

  @Test
  void fit_validationFraction_holdsOutTheLastRowsAndIsSeenInSparksUi() throws Exception {
    NeuralNetworkClassificationModel model =
        classifier().setValidationFraction(0.0625).fit(DigitFrames.binary(640));

    assertEquals(reference(ROWS), model.weightsSha256());
    assertEquals(3, model.summary().validationAccuracies().length);
    String page = TestSpark.uiPage("lockstep/");
    assertTrue(page.contains("<h4>" + model.uid() + ": finished</h4>"), page);
    assertTrue(page.contains("epoch 3 of 3"), page);
    assertTrue(page.contains("<th style=\"padding-right: 2em\">validation loss</th>"), page);
  }

  @Test
  void fit_augment_distortsImagesAlikeForTextAndRecord() {
    NeuralNetworkClassifier text =
        images().setAugment("shift = 2, elastic {sigma = 4, strength = 9}");
    NeuralNetworkClassifier record =
        images().setAugment(new Augmentation(2, 0, 0, 0, new Augmentation.Elastic(4, 9)));
    Dataset<Row> rows = DigitFrames.binary(60);
    String distorted = text.fit(rows).weightsSha256();

    assertEquals(distorted, record.fit(rows).weightsSha256());
    assertNotEquals(distorted, images().fit(rows).weightsSha256());
  }

  @Test
  void fit_augmentOfAVector_saysThatItNeedsAnImage() {
    NeuralNetworkClassifier stage = classifier().setAugment("shift = 2");
    Dataset<Row> rows = DigitFrames.binary(20);

    assertEquals(
        "data.augment distorts images, but network.input is a vector of 784. Set network.input ="
            + " [channels, height, width], or leave augment out.",
        assertThrows(InvalidInputException.class, () -> stage.fit(rows)).getMessage());
  }

  private static NeuralNetworkClassifier images() {
    return new NeuralNetworkClassifier()
        .setNetwork("input = [1, 28, 28], layers = [flatten, {dense {units = 10}}]")
        .setMaxEpochs(1)
        .setSeed(7);
  }

  @Test
  void fit_keepLast_isTheLastEpochWhateverTheValidation() {
    NeuralNetworkClassificationModel model = judged().setKeep("last").fit(misjudged());

    assertEquals(3, model.summary().keptEpoch());
    assertEquals(reference(ROWS), model.weightsSha256());
  }

  @Test
  void fit_rowsToValidateOn_keepsTheBestEpoch() {
    NeuralNetworkClassificationModel model = judged().fit(misjudged());
    NeuralNetworkClassificationModel twoEpochs =
        judged().setMaxEpochs(2).setKeep("last").fit(misjudged());

    assertEquals(3, model.summary().validationAccuracies().length);
    assertEquals(2, model.summary().keptEpoch());
    assertTrue(
        model.summary().toString().contains("the weights are those after epoch 2, the best by"),
        () -> "" + model.summary());
    assertEquals(twoEpochs.weightsSha256(), model.weightsSha256());
  }

  @Test
  void fit_patience_stopsAndSurvivesSaveAndLoad(@TempDir Path folder) throws IOException {
    String path = folder.resolve("stage").toUri().toString();
    judged().setMaxEpochs(5).setPatience(1).setKeep("best").save(path);
    NeuralNetworkClassifier loaded = NeuralNetworkClassifier.load(path);

    NeuralNetworkTrainingSummary summary = loaded.fit(misjudged()).summary();

    assertEquals("best", loaded.getKeep());
    assertEquals(3, summary.totalEpochs());
    assertEquals(2, summary.keptEpoch());
    assertTrue(summary.stoppedEarly());
  }

  private static NeuralNetworkClassifier judged() {
    return classifier().setValidationIndicatorCol("v");
  }

  /** Labels to validate on that are wrong: the more is learned, the worse it looks. */
  private static Dataset<Row> misjudged() {
    Column validates = functions.col("row").geq(ROWS);
    Column wrong = functions.col("label").plus(1).mod(10);
    return DigitFrames.binary(ROWS + 40)
        .withColumn("v", validates)
        .withColumn("label", functions.when(validates, wrong).otherwise(functions.col("label")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "best | 0 | keep = best must have validation rows to judge epochs by, but there are 0. Set"
            + " validationFraction > 0 or validationIndicatorCol, or keep = last.",
        "auto | 2 | patience = 2 must have validation rows to judge epochs by, but there are 0. Set"
            + " validationFraction > 0 or validationIndicatorCol, or patience = off.",
      })
  void fit_judgesWithoutRowsToValidateOn_saysWhatToSet(String keep, int patience, String message) {
    NeuralNetworkClassifier stage = classifier().setKeep(keep).setPatience(patience);
    Dataset<Row> rows = DigitFrames.binary(20);

    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> stage.fit(rows)).getMessage());
  }

  @Test
  void fit_anySynchronizationAndWorkers_givesTheSameBits() {
    assertEquals(
        reference(ROWS),
        classifier()
            .setSynchronization("job")
            .setWorkers(2)
            .fit(DigitFrames.binary(ROWS))
            .weightsSha256());
  }

  @Test
  void fit_slicesAndRowsInFiles_givesTheSameBits() {
    assertEquals(
        reference(ROWS),
        classifier()
            .setSynchronization("barrier")
            .setWorkers(2)
            .setExchange("slices")
            .setRows("files")
            .fit(DigitFrames.binary(ROWS))
            .weightsSha256());
  }

  @Test
  void fit_gradientsInBf16_givesOtherBits() {
    NeuralNetworkClassifier stage = classifier().setGradients("bf16");

    assertNotEquals(reference(ROWS), stage.fit(DigitFrames.binary(ROWS)).weightsSha256());
  }

  @Test
  void fit_stepsAveragedEveryThird_givesOtherBitsThatWorkersDoNotChange() {
    NeuralNetworkClassifier stage = classifier().setAverageEvery(3);
    String bits = stage.fit(DigitFrames.binary(ROWS)).weightsSha256();

    assertNotEquals(reference(ROWS), bits);
    assertEquals(bits, stage.setWorkers(2).fit(DigitFrames.binary(ROWS)).weightsSha256());
  }

  @Test
  void fit_againAfterAnInterruption_goesOnToTheSameBits(@TempDir Path folder) throws IOException {
    NeuralNetworkClassifier stage = classifier().setCheckpointFolder(folder.toUri().toString());
    stage.fit(DigitFrames.binary(ROWS));
    List<Path> checkpoints;
    try (Stream<Path> files = Files.walk(folder)) {
      checkpoints = files.filter(Files::isRegularFile).sorted().toList();
    }
    assertEquals(3, checkpoints.size());
    Files.delete(checkpoints.get(2)); // as if the last epoch had never ended

    NeuralNetworkClassificationModel resumed = stage.fit(DigitFrames.binary(ROWS));

    assertEquals(reference(ROWS), resumed.weightsSha256());
    assertEquals(30, resumed.summary().totalIterations());
  }

  @Test
  void fit_otherDataOrSettings_doesNotGoOnFromTheCheckpoints(@TempDir Path folder) {
    NeuralNetworkClassifier stage =
        classifier().setMaxEpochs(1).setCheckpointFolder(folder.toUri().toString());

    stage.fit(DigitFrames.binary(100));

    assertEquals(6, stage.fit(DigitFrames.binary(120)).summary().totalIterations());
    assertEquals(
        10, stage.setBatchSize(10).fit(DigitFrames.binary(100)).summary().totalIterations());
  }

  @Test
  void fit_onTheRowsAndSettingsOfACommand_isTheSameRun(@TempDir Path folder) throws IOException {
    int validationRows = 40;
    classifier()
        .setMaxEpochs(1)
        .setValidationFraction((double) validationRows / 640)
        .setCheckpointFolder(folder.toUri().toString())
        .fit(DigitFrames.binary(640));
    Path runFile = folder.resolve("command.conf");
    Files.writeString(
        runFile,
        """
        data { trainRows = 640, validationRows = 40 }
        network { input = [784], layers = [{dense {units = 20}}, relu, {dense {units = 10}}] }
        training {
          epochs = 1, batchSize = 20, seed = 7
          optimizer { sgd { learningRate = 0.1, momentum = 0.5 } }
        }
        """);
    RunIdentity command =
        RunDescription.of(RunConfig.read(runFile, List.of()))
            .identity(
                DataFingerprint.of(
                    Digits.draw(Split.TRAIN, 700),
                    ROWS,
                    ROWS + validationRows,
                    Digits.draw(Split.TEST, 10)));

    Path own = folder.resolve("fit-" + command.sha256().substring(0, 16));
    RunIdentity fit =
        Checkpoints.at(own.toUri().toString(), TestSpark.context().hadoopConfiguration())
            .newest(notice -> {})
            .orElseThrow()
            .checkpoint()
            .run();
    fit.requireSame(command, "c", RunIdentity.Accepted.SAME_ARITHMETIC);
    assertEquals(fit.sha256(), command.sha256());
  }

  @Test
  void summary_ofAFit_hasLossesPerEpochAndStep() {
    NeuralNetworkClassificationModel model = classifier().fit(DigitFrames.binary(ROWS));
    NeuralNetworkTrainingSummary summary = model.summary();

    assertEquals(3, summary.totalEpochs());
    assertEquals(90, summary.totalIterations());
    assertEquals(90, summary.objectiveHistoryPerStep().length);
    double[] epochs = summary.objectiveHistory();
    assertEquals(
        epochs[0],
        Arrays.stream(summary.objectiveHistoryPerStep()).limit(30).average().orElse(0),
        1e-9);
    assertTrue(epochs[2] < epochs[0], Arrays.toString(epochs));
    assertTrue(summary.seconds() > 0);
    assertTrue(summary.accuracy() > 0.5, () -> "accuracy " + summary.accuracy());
    assertEquals(0, summary.validationAccuracies().length);
    assertEquals(90, summary.history().steps().size());
    assertEquals(
        "NeuralNetworkTrainingSummary: "
            + summary.history()
            + "; the weights are those after epoch 3, the last; weights sha256 "
            + model.weightsSha256(),
        summary.toString());
    assertTrue(summary.toString().contains("3 epochs (90 steps) in "), summary.toString());
    assertTrue(
        model.toString().endsWith(model.weightsSha256() + ", trained in " + summary.history()),
        model.toString());
  }

  @Test
  void pipeline_indexedLabelsAndCnn_learns() {
    Dataset<Row> digits =
        DigitFrames.binary(ROWS)
            .withColumn("name", functions.concat(functions.lit("digit "), functions.col("label")))
            .drop("label");
    NeuralNetworkClassifier cnn =
        new NeuralNetworkClassifier()
            .setNetwork(
                """
                input = [1, 28, 28]
                layers = [
                  {conv2d {filters = 4, kernel = 5}}, relu, {maxPool2d {kernel = 4}}
                  flatten, {dense {units = 10}}
                ]
                """)
            .setMaxEpochs(4)
            .setBatchSize(20)
            .setLearningRate(0.1);
    StringIndexer indexer =
        new StringIndexer()
            .setInputCol("name")
            .setOutputCol("label")
            .setStringOrderType("alphabetAsc");

    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {indexer, cnn}).fit(digits);

    Dataset<Row> predictions = model.transform(digits);
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions);
    assertTrue(accuracy > 0.7, () -> "accuracy " + accuracy);
    Row first = predictions.first();
    assertEquals(10, first.<Vector>getAs("probability").size());
    assertEquals(first.<Vector>getAs("rawPrediction").argmax(), first.<Double>getAs("prediction"));
  }

  static Stream<Arguments> refusals() {
    Dataset<Row> digits = DigitFrames.binary(30);
    return Stream.of(
        Arguments.of(
            "a missing column",
            classifier().setFeaturesCol("pixels"),
            digits,
            "There is no column \"pixels\" for the features. Columns: row, label, features. Name one"
                + " of these."),
        Arguments.of(
            "a missing label",
            classifier().setLabelCol("class"),
            digits,
            "There is no column \"class\" for the labels. Columns: row, label, features. Name one of"
                + " these."),
        Arguments.of(
            "a label that is text",
            classifier(),
            digits.withColumn("label", functions.col("label").cast("string")),
            "Column \"label\" must be numeric, for the labels, but is string. Index it with"
                + " StringIndexer."),
        Arguments.of(
            "features that are text",
            classifier(),
            digits.withColumn("features", functions.lit("x")),
            "Column \"features\" must be a Vector, array<float>, array<double>, binary (one byte a"
                + " value) or an image, but is string. Assemble numbers with VectorAssembler."),
        Arguments.of(
            "a label beyond the classes",
            classifier(),
            digits.withColumn("label", functions.expr("if(row = 12, 10, label)")),
            "Label 10 of train row 12 is outside [0, 10). Index the label column with StringIndexer"
                + " or raise the last layer's units."),
        Arguments.of(
            "no rows",
            classifier(),
            digits.filter("label > 50"),
            "There must be at least one row to train on, but there are 0, less 0 for validation."
                + " Check the input path and data.validationRows."),
        Arguments.of(
            "features of another length",
            classifier().setLayers(5, 10),
            digits.coalesce(1), // every row is refused: the first of one partition
            "features of train row 0 must have 5 values, the network's input, but has 784. Change"
                + " network.input or the features."),
        Arguments.of(
            "other classes in the metadata",
            classifier(),
            digits.withColumn("label", functions.col("label").as("label", threeClasses())),
            "Column \"label\" has 3 classes, but the network ends in 10 units. End it in {dense"
                + " {units = 3}}."),
        Arguments.of(
            "a column in the way",
            classifier(),
            digits.withColumn("prediction", functions.lit(1)),
            "Column \"prediction\" exists, and is to be added. Drop it, or name another"
                + " predictionCol, probabilityCol or rawPredictionCol."),
        Arguments.of(
            "no network",
            new NeuralNetworkClassifier(),
            digits,
            "Exactly one of network and layers must be set, but neither is. Call setLayers(784, 200,"
                + " 10), or setNetwork(\"input = [1, 28, 28], layers = [...]\")."),
        Arguments.of(
            "a validation column that is no boolean",
            classifier().setValidationIndicatorCol("row"),
            digits,
            "Column \"row\" must be boolean, true for rows to validate on, but is bigint."),
        Arguments.of(
            "a learning rate set twice",
            classifier().setOptimizer("sgd {learningRate = 0.2}"),
            digits,
            "optimizer.sgd.learningRate must be set once, but the param learningRate is 0.1 and the"
                + " param optimizer says 0.2. Clear one of them."),
        Arguments.of(
            "a momentum for adam",
            classifier().setOptimizer("adam"),
            digits,
            "Unknown setting optimizer.adam.momentum (the param momentum). Known settings here:"
                + " beta1, beta2, epsilon, learningRate, weightDecay."),
        Arguments.of(
            "a schedule longer than the run",
            classifier().setSchedule("warmup {steps = 1000}"),
            digits,
            "training.schedule.warmup.steps must be at most the 6 steps there are, but was 1000."
                + " Warm up for fewer, or train for more epochs or in smaller batches."),
        Arguments.of(
            "a weight that is negative",
            classifier().setWeightCol("w"),
            digits.withColumn("w", functions.expr("if(row = 12, -1, 1)")),
            "The weight of train row 12 must be >= 0 and finite, but was -1"));
  }

  private static Metadata threeClasses() {
    return NominalAttribute.defaultAttr().withName("label").withNumValues(3).toMetadata();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void fit_badInput_isRefusedWithItsMessage(
      String what, NeuralNetworkClassifier stage, Dataset<Row> rows, String message) {
    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> stage.fit(rows)).getMessage());
  }

  static Stream<Arguments> domains() {
    NeuralNetworkClassifier stage = new NeuralNetworkClassifier();
    return Stream.of(
        Arguments.of(
            stage.learningRate(), Double.NaN, "learningRate must be > 0 and finite, but was NaN"),
        Arguments.of(stage.momentum(), 1.0, "momentum must be in [0, 1), but was 1.0"),
        Arguments.of(
            stage.weightDecay(), -1.0, "weightDecay must be >= 0 and finite, but was -1.0"),
        Arguments.of(
            stage.validationFraction(), 1.0, "validationFraction must be in [0, 1), but was 1.0"),
        Arguments.of(stage.clipNorm(), 0.0, "clipNorm must be > 0, but was 0.0"),
        Arguments.of(stage.clipNorm(), Double.NaN, "clipNorm must be > 0, but was NaN"),
        Arguments.of(stage.labelSmoothing(), 1.0, "labelSmoothing must be in [0, 1), but was 1.0"),
        Arguments.of(
            stage.averageWeights(), Double.NaN, "averageWeights must be in [0, 1), but was NaN"),
        Arguments.of(
            stage.patience(), -1, "patience must be >= 1 (0 for all of maxEpochs), but was -1"),
        Arguments.of(
            stage.augment(),
            "shift = -1",
            "data.augment.shift must be >= 0 and finite, but was -1.0"),
        Arguments.of(
            stage.augment(),
            "shft = 1",
            "Unknown setting augment.shft (augment: 1); did you mean shift? Known settings here:"
                + " elastic, rotate, scale, shear, shift."),
        Arguments.of(stage.keep(), "first", "keep must be best, last or auto, but was first"),
        Arguments.of(stage.maxEpochs(), 0, "maxEpochs must be >= 1, but was 0"),
        Arguments.of(stage.batchSize(), 0, "batchSize must be >= 1, but was 0"),
        Arguments.of(stage.shuffleBlock(), -1, "shuffleBlock must be >= 0, but was -1"),
        Arguments.of(stage.workers(), -1, "workers must be >= 1 (0 for all slots), but was -1"),
        Arguments.of(
            stage.shards(), 3, "training.shards must be a power of two from 1 to 1024, but was 3"),
        Arguments.of(
            stage.layers(),
            new int[] {784},
            "layers must name at least an input and an output size, each >= 1, but was [784]"),
        Arguments.of(
            stage.optimizer(),
            "sdg",
            "optimizer = sdg is unknown; did you mean sgd? Known: adam, adamw, sgd."),
        Arguments.of(
            stage.optimizer(), "adam {beta1 = 1}", "adam beta1 must be in [0, 1), but was 1.0"),
        Arguments.of(
            stage.schedule(),
            "cosin",
            "schedule = cosin is unknown; did you mean cosine? Known: constant, cosine,"
                + " exponential, oneCycle, step, warmup."),
        Arguments.of(
            stage.normalizeStd(), 0.0, "normalize.std must be > 0 and finite, but was 0.0"),
        Arguments.of(
            stage.handleInvalid(), "keep", "handleInvalid must be error or skip, but was keep"),
        Arguments.of(
            stage.thresholds(),
            new double[] {0, 0},
            "thresholds must be >= 0 and finite, at most one of them 0, but was [0.0, 0.0]"));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("domains")
  void param_outsideItsDomain_isRefusedWithRuleAndValue(
      Param<Object> param, Object value, String message) {
    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> param.w(value)).getMessage());
  }

  @Test
  void crossValidator_overLearningRates_picksTheBetter() {
    NeuralNetworkClassifier stage = classifier().setMaxEpochs(8);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(stage.learningRate(), new double[] {1e-5, 0.1}).build();
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");

    CrossValidatorModel best =
        new CrossValidator()
            .setEstimator(stage)
            .setEvaluator(accuracy)
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(3)
            .fit(DigitFrames.binary(300));

    double[] metrics = best.avgMetrics();
    assertTrue(metrics[1] > metrics[0] + 0.2, Arrays.toString(metrics));
    NeuralNetworkClassifier winner = (NeuralNetworkClassifier) best.bestModel().parent();
    assertEquals(0.1, winner.getLearningRate());
  }

  @Test
  void explainParams_namesEveryParamWithItsDefault() {
    String text = new NeuralNetworkClassifier().explainParams();

    for (String line :
        List.of(
            "batchSize: examples per step, over all workers, >= 1 (default: 64)",
            "learningRate: step size, applied to the mean gradient, > 0 (default: 0.01)",
            "weightInitializer: how weights are first drawn, as in a run file's init.weights"
                + " (default: kaimingUniform)",
            "featuresCol: column of features: a Vector, array<float>, array<double>, binary (one"
                + " byte a value, meaning value / 255) or image (default: features)")) {
      assertTrue(text.lines().anyMatch(line::equals), text);
    }
    assertEquals(41, new NeuralNetworkClassifier().params().length);
  }

  @Test
  void copy_withOtherParams_leavesTheOriginal() {
    NeuralNetworkClassifier original = classifier();

    NeuralNetworkClassifier copy = original.copy(new ParamMap().put(original.maxEpochs().w(9)));

    assertEquals(9, copy.getMaxEpochs());
    assertEquals(3, original.getMaxEpochs());
    assertEquals(original.uid(), copy.uid());
    assertArrayEquals(new int[] {784, 20, 10}, copy.getLayers());
  }

  @Test
  void load_savedClassifier_hasItsParams(@TempDir Path folder) throws Exception {
    String path = folder.resolve("classifier").toUri().toString();
    NeuralNetworkClassifier saved = classifier().setNesterov(true).setFeaturesCol("pixels");
    saved.save(path);

    NeuralNetworkClassifier loaded = NeuralNetworkClassifier.load(path);

    assertEquals(saved.uid(), loaded.uid());
    assertArrayEquals(saved.getLayers(), loaded.getLayers());
    for (Param<?> param : saved.params()) {
      if (saved.isDefined(param) && !param.equals(saved.layers())) {
        assertEquals(saved.getOrDefault(param), loaded.getOrDefault(loaded.getParam(param.name())));
      }
    }
  }

  @Test
  void setNetwork_specOrRunFileSection_isTheSameNetwork() {
    String section = "network { input = [1, 28, 28], layers = [flatten, {dense {units = 10}}] }";
    NeuralNetworkClassifier text = new NeuralNetworkClassifier().setNetwork(section);
    NeuralNetworkClassifier spec =
        new NeuralNetworkClassifier()
            .setNetwork(
                new NetworkSpec(new Shape.Image(1, 28, 28), List.of(new Flatten(), new Dense(10))));

    assertEquals(FitSettings.of(text).config().network(), FitSettings.of(spec).config().network());
  }

  @Test
  void transformSchema_beforeFit_isThatOfTheModel() {
    Dataset<Row> digits = DigitFrames.binary(30);
    NeuralNetworkClassifier stage = classifier().setMaxEpochs(1);

    assertEquals(
        stage.fit(digits).transform(digits).schema(), stage.transformSchema(digits.schema()));
    Attribute prediction =
        Attribute.fromStructField(stage.transformSchema(digits.schema()).apply("prediction"));
    assertEquals(10, ((NominalAttribute) prediction).getNumValues().get());
  }
}

package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.DigitFiles;
import io.lockstep.base.Seeds;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Photos;
import io.lockstep.data.Split;
import io.lockstep.network.Dense;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict}, and {@code evaluate --input}, on every kind of file. */
class PredictCommandIT {
  private static final int ROWS = 70;
  private static final LabeledImages DIGITS = Digits.draw(Split.TEST, ROWS);

  @TempDir private static Path shared;
  private static Path idx;
  private static Path model;
  private static TrainedNetwork trained;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    idx = DigitFiles.write(shared.resolve("idx"), 10, ROWS);
    trained = network(new Shape.Image(1, 28, 28));
    model = shared.resolve("model");
    trained.save(model);
  }

  private static TrainedNetwork network(Shape.Image input) {
    Network network =
        Network.of(
            new NetworkSpec(
                input, List.of(new Flatten(), new Dense(12), new Relu(), new Dense(10))));
    return new TrainedNetwork(
        network,
        new Normalization(0.13, 0.3),
        Initializer.Scheme.DEFAULTS.draw(network, new Seeds(5)));
  }

  private static byte[] pixels(int row) {
    return Arrays.copyOfRange(DIGITS.pixels(), 784 * row, 784 * (row + 1));
  }

  private static double[] doubles(int row) {
    byte[] bytes = pixels(row);
    double[] values = new double[bytes.length];
    Arrays.setAll(values, i -> (bytes[i] & 0xff) / 255f);
    return values;
  }

  private CommandRun predict(Path input, Path output, String... more) {
    return predict("local[2]", input, output, more);
  }

  private static CommandRun predict(String master, Path input, Path output, String... more) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "predict",
                    "--master",
                    master,
                    "--model",
                    model.toString(),
                    "--input",
                    input.toString(),
                    "--output",
                    output.toString()),
                Stream.of(more))
            .toList();
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  /** Does something with Spark between two commands, each of which stops its own session. */
  private static void spark(Consumer<SparkSession> work) {
    SparkOption option = new SparkOption();
    option.master = "local[2]";
    try (SparkSession session = SparkSessions.open("test", option)) {
      work.accept(session);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Row> read(Path parquet, String... order) {
    List<Row> rows = new ArrayList<>();
    spark(
        session -> {
          Dataset<Row> table = session.read().parquet(parquet.toString());
          rows.addAll(
              table.sort(order[0], Arrays.copyOfRange(order, 1, order.length)).collectAsList());
        });
    return rows;
  }

  /** Every row has the bits that the model gives without Spark. */
  private static void assertPredictions(List<Row> rows, List<Integer> digits) {
    assertEquals(digits.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      double[] expected = trained.probabilities(pixels(digits.get(i)));
      Row row = rows.get(i);
      List<Double> probability = row.getList(row.fieldIndex("probability"));
      assertEquals(Arrays.stream(expected).boxed().toList(), probability, "row " + i);
      double largest = Arrays.stream(expected).max().orElseThrow();
      assertEquals(largest, expected[row.<Integer>getAs("prediction")], "row " + i);
    }
  }

  private static List<Integer> all() {
    return Stream.iterate(0, i -> i + 1).limit(ROWS).toList();
  }

  private void writeParquet(Path output, DataType type, IntFunction<?> cell) {
    StructType schema =
        new StructType()
            .add("row", DataTypes.LongType)
            .add("features", type)
            .add("label", DataTypes.IntegerType)
            .add("colour.name", DataTypes.StringType)
            .add("wrong", DataTypes.DoubleType);
    spark(
        session ->
            session
                .createDataFrame(
                    all().stream()
                        .map(
                            i ->
                                RowFactory.create(
                                    (long) i,
                                    cell.apply(i),
                                    DIGITS.labels()[i],
                                    "colour" + i,
                                    i == 33 ? 10.0 : 9.0))
                        .toList(),
                    schema)
                .repartition(3)
                .write()
                .parquet(output.toString()));
  }

  @Test
  void predict_idxFolder_keepsRowAndLabelAndIsTheSameOnOtherPartitionsAndReruns() {
    Path output = folder.resolve("out");

    CommandRun first = predict(idx, output);
    List<Row> rows = read(output, "row");
    CommandRun second = predict("local[3]", idx, output, "--overwrite");
    List<Row> again = read(output, "row");

    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.out().contains("done    70 rows"), first.out());
    assertEquals(0, second.exitCode(), second.err());
    assertEquals(
        "struct<row:bigint,label:int,prediction:int,probability:array<double>>",
        rows.get(0).schema().catalogString());
    assertPredictions(rows, all());
    assertEquals(
        Arrays.stream(DIGITS.labels()).boxed().toList(),
        rows.stream().map(row -> row.<Integer>getAs("label")).toList());
    assertEquals(rows, again);
  }

  @Test
  void predict_idxFile_hasRowNumbersAndNoLabels() {
    Path output = folder.resolve("out");

    CommandRun run = predict(idx.resolve("t10k-images-idx3-ubyte"), output);

    assertEquals(0, run.exitCode(), run.err());
    List<Row> rows = read(output, "row");
    assertEquals(
        "struct<row:bigint,prediction:int,probability:array<double>>",
        rows.get(0).schema().catalogString());
    assertPredictions(rows, all());
  }

  @Test
  void predict_parquetOfBytes_carriesEveryOtherColumn() {
    Path input = folder.resolve("in");
    Path output = folder.resolve("out");
    writeParquet(input, DataTypes.BinaryType, PredictCommandIT::pixels);

    CommandRun run = predict(input, output);

    assertEquals(0, run.exitCode(), run.err());
    List<Row> rows = read(output, "row");
    assertEquals(
        "struct<row:bigint,label:int,colour.name:string,wrong:double,prediction:int,probability:array<double>>",
        rows.get(0).schema().catalogString());
    assertPredictions(rows, all());
    assertEquals("colour69", rows.get(69).getString(2));
  }

  @Test
  void predict_parquetOfVectorsOrArrays_givesTheSameAnswersAsBytes() {
    Path vectors = folder.resolve("vectors");
    Path arrays = folder.resolve("arrays");
    writeParquet(vectors, SQLDataTypes.VectorType(), i -> Vectors.dense(doubles(i)));
    writeParquet(arrays, DataTypes.createArrayType(DataTypes.DoubleType), i -> doubles(i));

    CommandRun ofVectors = predict(vectors, folder.resolve("out1"));
    CommandRun ofArrays = predict(arrays, folder.resolve("out2"));

    assertEquals(0, ofVectors.exitCode(), ofVectors.err());
    assertEquals(0, ofArrays.exitCode(), ofArrays.err());
    assertPredictions(read(folder.resolve("out1"), "row"), all());
    assertPredictions(read(folder.resolve("out2"), "row"), all());
  }

  @Test
  void predict_parquetWithoutAKey_getsFileAndRow() {
    Path keyed = folder.resolve("keyed");
    Path input = folder.resolve("in");
    Path output = folder.resolve("out");
    writeParquet(keyed, DataTypes.BinaryType, PredictCommandIT::pixels);
    spark(
        session ->
            session
                .read()
                .parquet(keyed.toString())
                .sort("row")
                .select("features")
                .coalesce(1)
                .write()
                .parquet(input.toString()));

    CommandRun run = predict(input, output);

    assertEquals(0, run.exitCode(), run.err());
    List<Row> rows = read(output, "path", "row");
    assertEquals(
        "struct<path:string,row:bigint,prediction:int,probability:array<double>>",
        rows.get(0).schema().catalogString());
    assertTrue(rows.get(0).getString(0).endsWith(".parquet"), rows.get(0).getString(0));
    assertEquals(69L, rows.get(69).getLong(1));
    assertPredictions(rows, all());
  }

  private static void writePng(Path file, byte[] pixels, int width) throws IOException {
    BufferedImage image =
        new BufferedImage(width, pixels.length / width, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, pixels.length / width, pixels);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void predictAndEvaluate_imagesInFoldersOfLabels_knowPathAndLabel() throws IOException {
    Path input = folder.resolve("in");
    Path output = folder.resolve("out");
    for (int i = 0; i < 8; i++) {
      writePng(input.resolve("label=" + DIGITS.labels()[i]).resolve(i + ".png"), pixels(i), 28);
    }

    CommandRun predicted = predict(input, output);
    CommandRun evaluated =
        CommandRun.of(
            "evaluate",
            "--master",
            "local[2]",
            "--model",
            model.toString(),
            "--input",
            input.toString(),
            "--out",
            folder.resolve("evaluation").toString());

    assertEquals(0, predicted.exitCode(), predicted.err());
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    List<Row> rows = read(output, "path");
    assertEquals(
        "struct<label:int,path:string,prediction:int,probability:array<double>>",
        rows.get(0).schema().catalogString());
    List<Integer> digits =
        rows.stream().map(row -> Integer.parseInt(name(row).replace(".png", ""))).toList();
    assertPredictions(rows, digits);
    assertEquals(
        digits.stream().map(i -> DIGITS.labels()[i]).toList(),
        rows.stream().map(row -> row.<Integer>getAs("label")).toList());
    Config metrics = ConfigFactory.parseFile(folder.resolve("evaluation/metrics.json").toFile());
    assertEquals(8, metrics.getInt("test_rows"));
    assertEquals(
        "struct<path:string,label:int,prediction:int,loss:double,probability:array<double>>",
        read(folder.resolve("evaluation/predictions"), "path").get(0).schema().catalogString());
  }

  private static String name(Row row) {
    return Path.of(row.<String>getAs("path")).getFileName().toString();
  }

  @Test
  void evaluate_idxAndParquet_haveTheSameMetricsAndReplaceOnlyAnEvaluation() throws IOException {
    Path parquet = folder.resolve("in");
    writeParquet(parquet, DataTypes.BinaryType, PredictCommandIT::pixels);
    Path out = folder.resolve("evaluation");

    CommandRun first = evaluate(idx, out);
    String ofIdx = Files.readString(out.resolve("metrics.json"));
    CommandRun refused = evaluate(parquet, out);
    CommandRun second = evaluate(parquet, out, "--overwrite");

    assertEquals(0, first.exitCode(), first.err());
    assertEquals(
        String.format(
            "lockstep: Output file:%s must be new, but it exists. Choose another, or replace it with"
                + " --overwrite.%n",
            out),
        refused.err());
    assertEquals(0, second.exitCode(), second.err());
    assertEquals(ofIdx, Files.readString(out.resolve("metrics.json")));
    assertTrue(Files.exists(out.resolve("confusion.csv")));
    assertTrue(Files.exists(out.resolve("predictions/_SUCCESS")));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("evaluation", "in"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  private static CommandRun evaluate(Path input, Path out, String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "evaluate",
                    "--master",
                    "local[2]",
                    "--model",
                    model.toString(),
                    "--input",
                    input.toString(),
                    "--out",
                    out.toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /** {@code %s} in the message is the folder {@code where}. */
  private static void assertRefused(CommandRun run, int exitCode, String message, Path where) {
    String expected = message.replace("%s", where.toString());
    assertEquals("lockstep: " + expected + System.lineSeparator(), run.err());
    assertEquals(exitCode, run.exitCode());
  }

  private static void assertRefused(CommandRun run, int exitCode, String message) {
    assertRefused(run, exitCode, message, Path.of(""));
  }

  @Test
  void predict_inputThatIsNot_isRefused() throws IOException {
    Path output = folder.resolve("out");
    Path junk = Files.createDirectory(folder.resolve("junk"));

    assertRefused(predict(junk, output), 2, "Input %s holds no file. Check the path.", junk);
    Files.writeString(junk.resolve("data.parquet"), "no Parquet");
    assertRefused(
        predict(folder.resolve("none"), output),
        2,
        "Input %s/none does not exist. Check the path.",
        folder);
    assertRefused(
        predict(junk, output),
        2,
        "Input %s must be IDX, Parquet or image files, but file:%s/data.parquet is none of these."
            + " Check the path, or name its kind with --format.",
        junk);
    CommandRun asParquet = predict(junk, output, "--format", "parquet");
    assertEquals(2, asParquet.exitCode());
    assertTrue(
        asParquet.err().startsWith("lockstep: Input " + junk + " can't be read as Parquet: "),
        asParquet.err());
    assertFalse(asParquet.err().contains("\tat "), asParquet.err());
    assertRefused(
        predict(idx.resolve("t10k-labels-idx1-ubyte"), output),
        1,
        "%s/t10k-labels-idx1-ubyte: magic number is 0x00000801 (labels), expected 0x00000803"
            + " (images). Swap the image and label paths.",
        idx);
    assertRefused(
        predict(idx, output, "--format", "csv"),
        2,
        "format must be one of auto, idx, parquet, images, but was csv");
    assertFalse(Files.exists(output), "nothing is written");
  }

  @Test
  void predict_columnsThatDoNotFit_areRefused() {
    Path input = folder.resolve("in");
    Path output = folder.resolve("out");
    Path labels = folder.resolve("labels");
    writeParquet(labels, DataTypes.BinaryType, PredictCommandIT::pixels);
    writeParquet(input, DataTypes.BinaryType, i -> Arrays.copyOf(pixels(i), i == 33 ? 783 : 784));

    assertRefused(
        predict(input, output, "--features", "pixels"),
        2,
        "There is no column \"pixels\" for the features. Columns: row, features, label,"
            + " colour.name, wrong. Name one of these.");
    assertRefused(
        predict(input, output, "--features", "label"),
        2,
        "Column \"label\" must be a Vector, array<float>, array<double>, binary (one byte a value)"
            + " or an image, but is int. Assemble numbers with VectorAssembler.");
    assertRefused(
        predict(input, output),
        2,
        "features of row 33 must have 784 values, the network's input, but has 783. Change"
            + " network.input or the features.");
    assertRefused(
        evaluate(input, output, "--label", "colour.name"),
        2,
        "Column \"colour.name\" must be numeric, for the labels, but is string. Index it with"
            + " StringIndexer.");
    assertRefused(
        evaluate(labels, output, "--label", "wrong"),
        2,
        "Label 10.0 of row 33 is outside [0, 10). Index the label column with StringIndexer or raise"
            + " the last layer's units.");
    assertFalse(Files.exists(output), "nothing is written");
  }

  @Test
  void predict_onePhoto_isPreparedScoredAndKept() throws IOException {
    Path photo = folder.resolve("my digit.png");
    ImageIO.write(Photos.digit(4, 300, 400, 10, 190, 50, 60, 5), "png", photo.toFile());
    Path output = folder.resolve("predictions");

    CommandRun run = predict(photo, output);

    assertEquals(0, run.exitCode(), run.err());
    byte[] seen =
        (byte[])
            ImageIO.read(output.resolve("_seen.png").toFile())
                .getRaster()
                .getDataElements(0, 0, 28, 28, null);
    Row row = read(output, "path").get(0);
    assertEquals("file://" + photo.toString().replace(" ", "%20"), row.getAs("path"));
    assertEquals(
        doubles(trained.probabilities(seen)), row.<Double>getList(row.fieldIndex("probability")));
    assertTrue(run.out().contains("answer  " + row.<Integer>getAs("prediction") + ", "), run.out());
  }

  private static List<Double> doubles(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void predict_imagesThatDoNotFit_areRefusedByName() throws IOException {
    Path output = folder.resolve("out");
    Path narrow = folder.resolve("narrow");
    writePng(narrow.resolve("narrow.png"), new byte[27 * 28], 27);
    Path damaged = folder.resolve("damaged");
    writePng(damaged.resolve("a.png"), pixels(0), 28);
    Files.writeString(damaged.resolve("b.png"), "no PNG");

    assertRefused(
        predict(narrow, output),
        2,
        "features of path file://%s/narrow.png (file://%s/narrow.png) must be a 1 x 28 x 28 image,"
            + " the network's input, but is a 1 x 28 x 27 image. Resize or convert it.",
        narrow);
    assertRefused(
        predict(damaged, output),
        2,
        "features of path file://%s/b.png (file://%s/b.png) is no image that Spark can read.",
        damaged);
    assertFalse(Files.exists(output), "nothing is written");
  }

  @Test
  void predict_outputThatCanNotBe_isRefused() throws IOException {
    Path precious = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(precious.resolve("precious"), "kept");

    assertRefused(
        predict(idx, precious),
        2,
        "Output %s must be new, but it exists. Choose another, or replace it with --overwrite.",
        precious);
    assertRefused(
        predict(idx, precious, "--overwrite"),
        2,
        "Output %s must be an earlier result of this command, with its _lockstep-predictions, to be"
            + " replaced. Choose another, or"
            + " remove it yourself.",
        precious);
    assertRefused(
        predict(idx, idx.resolve("out")),
        2,
        "Output %s/out must be apart from input %s. Choose another.",
        idx);
    CommandRun readOnly = predict(idx, Path.of("/proc/predictions"));
    assertEquals(1, readOnly.exitCode());
    assertTrue(
        readOnly.err().startsWith("lockstep: Output /proc/predictions can't be written: "),
        readOnly.err());
    assertEquals("kept", Files.readString(precious.resolve("precious")));
  }

  @Test
  void predict_failingOverwrite_keepsTheOldPredictions() {
    Path output = folder.resolve("out");
    Path bad = folder.resolve("bad");
    writeParquet(bad, DataTypes.BinaryType, i -> new byte[3]);
    assertEquals(0, predict(idx, output).exitCode());

    CommandRun failed = predict(bad, output, "--overwrite");

    assertEquals(2, failed.exitCode(), failed.err());
    assertPredictions(read(output, "row"), all());
  }

  @Test
  void predict_modelThatIsNone_isRefused() throws IOException {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    String[] rest = {"--input", idx.toString(), "--output", folder.resolve("out").toString()};

    assertRefused(
        withModel(foreign, rest),
        2,
        "Model folder %s must hold network.conf and weights.safetensors, but has no network.conf."
            + " Name a run's folder, its model folder, or a saved model (of a saved pipeline, the"
            + " folder of its stage).",
        foreign);
    Path damaged = folder.resolve("damaged");
    network(new Shape.Image(1, 28, 28)).save(damaged);
    Files.writeString(damaged.resolve("network.conf"), "network {");
    CommandRun run = withModel(damaged, rest);
    assertEquals(2, run.exitCode());
    assertTrue(run.err().startsWith("lockstep: " + damaged + "/network.conf: "), run.err());
    assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
  }

  private static CommandRun withModel(Path other, String... rest) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("predict", "--master", "local[2]", "--model", other.toString()),
                Stream.of(rest))
            .toArray(String[]::new));
  }
}

package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.data.spark.FeatureColumn;
import io.lockstep.data.spark.HadoopPaths;
import io.lockstep.data.spark.InputTable;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.data.spark.WholeFolders;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.SparkFailures;
import io.lockstep.evaluation.Scorer;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.Ensemble;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code submit/predict.sh}: scores files in batches. */
@Command(
    name = "predict",
    description = {
      "Scores IDX, Parquet or image files, and writes Parquet: every column of the input but the"
          + " features, then prediction (the class) and probability (of every class).",
      "A row's key is its number, 'row', in an IDX file; its file, 'path', of an image; in Parquet"
          + " its own column 'row' or 'path', or, without either, its file and its number in it.",
      "The same model and row give the same answer, bit for bit, whatever the partitions.",
      "A single picture of a digit may be of any size, where the model is of 1 x 28 x 28 images: it is"
          + " made grey, inverted if its ink is dark, cropped, scaled and centred as MNIST was, and"
          + " printed as the model sees it, with the answer."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class PredictCommand implements Callable<Integer> {
  private static final List<StructField> ANSWER =
      List.of(
          new StructField("prediction", DataTypes.IntegerType, false, Metadata.empty()),
          new StructField(
              "probability",
              DataTypes.createArrayType(DataTypes.DoubleType, false),
              false,
              Metadata.empty()));

  @Mixin private ModelOption model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "A file, a folder or a glob of these, on any filesystem that Hadoop knows.")
  private String input;

  @Mixin private InputOption inputOption;

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description = {
        "New folder for the predictions, on any filesystem that Hadoop knows. It appears when it is"
            + " whole; that of a single picture of a digit has a "
            + DigitPicture.SEEN_FILE
            + ", too. Only such a picture needs none."
      })
  private String output;

  @Option(
      names = "--overwrite",
      description = "Replaces the predictions at --output, once the new ones are whole.")
  private boolean overwrite;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    inputOption.check();
    Ensemble network = model.load();
    console.say("model   %s", model.description());
    console.say("kernel  %s", KernelChoice.description());
    if (output == null) {
      picture(network, new Configuration()).orElseThrow(this::needsOutput).show(console, network);
      return 0;
    }
    try (SparkSession session = SparkSessions.open("predict", spark)) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
      Crew.requireExecutors(context, DistributedConfig.DEFAULTS);
      OutputFolder folder =
          new OutputFolder(
              HadoopPaths.of("Output", output),
              "_lockstep-predictions",
              overwrite,
              context.hadoopConfiguration());
      folder.requireFree();
      folder.requireApartFrom(input);
      Optional<DigitPicture> picture = picture(network, context.hadoopConfiguration());
      InputTable table = inputOption.load(session, input);
      Dataset<Row> predictions =
          predictions(picture.map(one -> one.in(table)).orElse(table), network);
      folder.write(part -> write(predictions, picture, part, context.hadoopConfiguration()));
      picture.ifPresent(one -> one.show(console, network));
      console.say("done    %,d rows", session.read().parquet(output).count());
      console.say("folder  %s", output);
      return 0;
    }
  }

  private Optional<DigitPicture> picture(Ensemble network, Configuration hadoop)
      throws IOException {
    return DigitPicture.find(input, inputOption.format(), network, hadoop);
  }

  private InvalidInputException needsOutput() {
    return new InvalidInputException(
        String.format(
            "--output must name a new folder for the answers to %s: only the answer to one picture"
                + " of a digit, by a model of 1 x 28 x 28 images, is just printed. Add --output"
                + " PATH.",
            input));
  }

  private static void write(
      Dataset<Row> predictions, Optional<DigitPicture> picture, Path folder, Configuration hadoop)
      throws IOException {
    SparkFailures.explaining(
        "Spark could not score the rows",
        () -> predictions.write().mode(SaveMode.Overwrite).parquet(folder.toString()));
    if (picture.isPresent()) {
      WholeFolders.writeFile(new Path(folder, DigitPicture.SEEN_FILE), picture.get().png(), hadoop);
    }
  }

  private static Dataset<Row> predictions(InputTable input, Ensemble network) {
    Dataset<Row> rows = input.rows();
    FeatureColumn features =
        FeatureColumn.of(rows.schema(), input.features(), network.network().spec().input());
    StructType schema = new StructType();
    for (StructField field : rows.schema().fields()) {
      schema = field.name().equals(features.name()) ? schema : schema.add(field);
    }
    for (StructField field : ANSWER) {
      requireFree(schema, field.name());
      schema = schema.add(field);
    }
    int dropped = rows.schema().fieldIndex(features.name());
    return new Scorer(Scorer.broadcast(rows, network), features, InvalidRows.ERROR)
        .score(rows, schema, (row, scored, example) -> answer(row, dropped, scored, example));
  }

  private static void requireFree(StructType schema, String name) {
    if (Columns.has(schema, name)) {
      throw new InvalidInputException(
          "The input has a column \"" + name + "\" already. Rename or drop it.");
    }
  }

  private static Row answer(Row row, int dropped, BatchScorer scored, int example) {
    Object[] values = new Object[row.size() + 1];
    int next = 0;
    for (int i = 0; i < row.size(); i++) {
      if (i != dropped) {
        values[next++] = row.get(i);
      }
    }
    values[next++] = scored.prediction(example);
    values[next] = scored.probabilities(example);
    return RowFactory.create(values);
  }
}

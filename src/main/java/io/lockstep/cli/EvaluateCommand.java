package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.HadoopPaths;
import io.lockstep.data.spark.InputTable;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.SparkFailures;
import io.lockstep.evaluation.Metrics;
import io.lockstep.evaluation.Scorer;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Safetensors;
import io.lockstep.report.RunFolder;
import io.lockstep.training.EvaluationSum;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code submit/evaluate.sh}: scores labelled rows with a trained model. */
@Command(
    name = "evaluate",
    description = {
      "Scores the test rows, or labelled files: metrics.json, confusion.csv, and predictions"
          + " (Parquet: the key, label, prediction, loss in nats, probability of every class).",
      "Images are labelled by their folders: label=0/, label=1/, ..."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Mixin private DataOption data;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = {
        "Files to score instead of --data: a file, a folder or a glob of these, on any filesystem"
            + " that Hadoop knows."
      })
  private String input;

  @Mixin private InputOption inputOption;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      defaultValue = "label",
      description = "Parquet's column of labels, 0 to classes - 1. Default: ${DEFAULT-VALUE}.")
  private String label;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "New folder for the result; it appears when it is whole. Default: evaluation beside the"
            + " model."
      })
  private Path out;

  @Option(
      names = "--overwrite",
      description = "Replaces the evaluation at --out, once the new one is whole.")
  private boolean overwrite;

  @Mixin private SparkOption spark;

  @Spec private CommandSpec spec;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    if (input != null && spec.commandLine().getParseResult().hasMatchedOption("--data")) {
      throw new InvalidInputException("--input and --data exclude each other. Give one of them.");
    }
    if (out == null && model.folders.size() > 1) {
      throw new InvalidInputException(
          "--out must be given with more than one --model: the result belongs beside none of them.");
    }
    inputOption.check();
    Ensemble network = model.load();
    Optional<DataChoice> choice = choose(network);
    console.say("model   %s", model.description());
    console.say("data    %s", choice.map(DataChoice::description).orElse(input));
    console.say("kernel  %s", KernelChoice.description());
    try (SparkSession session = SparkSessions.open("evaluate", spark)) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
      Crew.requireExecutors(context, DistributedConfig.DEFAULTS);
      OutputFolder folder =
          new OutputFolder(
              HadoopPaths.of("Output", DataChoice.hadoopPath(folder())),
              "_lockstep-evaluation",
              overwrite,
              context.hadoopConfiguration());
      folder.requireFree();
      InputTable table;
      if (choice.isPresent()) {
        table = new InputTable(choice.get().load(session, Split.TEST), "features");
      } else {
        folder.requireApartFrom(input);
        table = inputOption.load(session, input);
      }
      Examples.Names names = new Examples.Names(table.features(), label, Optional.empty());
      Dataset<Row> predictions = Scorer.predictions(table.rows(), table.key(), names, network);
      folder.write(part -> write(predictions, network, part));
      console.say("folder  %s", folder());
      return 0;
    }
  }

  private Optional<DataChoice> choose(Ensemble network) throws IOException {
    if (input != null) {
      return Optional.empty();
    }
    DataChoice choice = DataChoice.resolve(data.choice().orElse("auto"), System.getenv(), console);
    choice.verify(network.network());
    return Optional.of(choice);
  }

  private Path folder() {
    return out != null ? out : model.weightsFolder().resolveSibling("evaluation");
  }

  private void write(Dataset<Row> predictions, Ensemble network, org.apache.hadoop.fs.Path part) {
    EvaluationSum counts =
        SparkFailures.explaining(
            "Spark could not score the rows",
            () -> {
              String folder = new org.apache.hadoop.fs.Path(part, "predictions").toString();
              predictions.write().parquet(folder);
              // Of what was written: scored once, and nothing but three columns is read.
              Dataset<Row> written =
                  predictions.sparkSession().read().schema(predictions.schema()).parquet(folder);
              return Scorer.count(written, network.network().classes());
            });
    if (counts.examples() == 0) {
      throw new InvalidInputException(
          "There must be at least one row to evaluate, but there are none. Check the input path.");
    }
    Metrics metrics = new Metrics(counts);
    Path local = Path.of(part.toUri());
    WholeFiles.write(local.resolve("confusion.csv"), metrics.confusionCsv());
    Map<String, Object> values = new LinkedHashMap<>(metrics.toMap());
    List<String> sums =
        network.models().stream().map(model -> Safetensors.sha256(model.weights())).toList();
    values.put("weights_sha256", sums.size() == 1 ? sums.get(0) : sums);
    RunFolder.writeMetrics(local, values);
    console.say(
        "done    test accuracy %.4f, loss %.4f on %,d rows",
        counts.accuracy(), counts.meanLoss(), counts.examples());
  }
}

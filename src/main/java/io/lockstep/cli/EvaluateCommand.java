package io.lockstep.cli;

import io.lockstep.base.WholeFiles;
import io.lockstep.data.Split;
import io.lockstep.distributed.Causes;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.evaluation.Metrics;
import io.lockstep.evaluation.Scorer;
import io.lockstep.linalg.Blas;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.RunFolder;
import io.lockstep.training.EvaluationSum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code submit/evaluate.sh}: scores the test rows with a trained model. */
@Command(
    name = "evaluate",
    description = "Scores the test rows: metrics.json, predictions (Parquet), confusion.csv.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "RUN_OR_MODEL",
      description = "A run's folder, or its model folder.")
  private Path model;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "New folder for the result. Default: evaluation beside the model.")
  private Path out;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    Path modelFolder = Files.isDirectory(model.resolve("model")) ? model.resolve("model") : model;
    TrainedNetwork network = TrainedNetwork.load(modelFolder);
    Path folder =
        out != null ? out : modelFolder.toAbsolutePath().normalize().resolveSibling("evaluation");
    WholeFiles.requireAbsent(folder);
    DataChoice choice = DataChoice.resolve(data.choice, System.getenv(), console);
    choice.verify(network.network());
    console.say("model   %s", modelFolder);
    console.say("data    %s", choice.description());
    console.say("blas    %s", Blas.description());
    try (SparkSession session = SparkSessions.open("evaluate", spark)) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
      Crew.requireExecutors(context, DistributedConfig.DEFAULTS);
      WholeFiles.createNewFolder(folder);
      score(choice.load(session, Split.TEST), network, folder);
      console.say("folder  %s", folder);
      return 0;
    }
  }

  private void score(Dataset<Row> images, TrainedNetwork network, Path folder) {
    Dataset<Row> predictions = Scorer.predictions(images, network).cache();
    EvaluationSum counts;
    try {
      counts = Scorer.count(predictions, network.network().classes());
      predictions.write().parquet(DataChoice.hadoopPath(folder.resolve("predictions")));
    } catch (Exception e) { // Spark throws its checked exception through an API that declares none
      throw Causes.explained("Spark could not score the rows", e);
    } finally {
      predictions.unpersist();
    }
    Metrics metrics = new Metrics(counts);
    WholeFiles.write(folder.resolve("confusion.csv"), metrics.confusionCsv());
    Map<String, Object> values = new LinkedHashMap<>(metrics.toMap());
    values.put("weights_sha256", Safetensors.sha256(network.weights()));
    RunFolder.writeMetrics(folder, values);
    console.say(
        "done    test accuracy %.4f, loss %.4f on %,d rows",
        counts.accuracy(), counts.meanLoss(), counts.examples());
  }
}

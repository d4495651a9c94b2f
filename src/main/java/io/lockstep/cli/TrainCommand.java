package io.lockstep.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.Split;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.DistributedTrainer;
import io.lockstep.distributed.ShardedData;
import io.lockstep.distributed.Synchronization;
import io.lockstep.linalg.Blas;
import io.lockstep.network.Network;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.RunFolder;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit/train.sh}: trains one run file and leaves a run's folder. */
@Command(
    name = "train",
    description = "Trains the network of a run file and leaves a folder with the model.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CONF",
      description = "Run file. Default: conf/cnn.conf of the project.")
  private Path conf;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "New folder for the result. Default: runs/NAME-TIMESTAMP.")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a setting of the run file by any HOCON value; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--workers",
      paramLabel = "W",
      description = "Workers, at most one per shard. Default: as many as there are slots.")
  private Integer workers;

  @Option(
      names = "--sync",
      paramLabel = "auto|barrier|job",
      description = {
        "How gradients meet: barrier keeps tasks alive and exchanges with the driver, job runs a"
            + " Spark job per step, auto takes barrier where it can run. The bits are the same."
      })
  private String sync;

  @Option(
      names = "--init-weights",
      paramLabel = "FILE.safetensors",
      description = "First weights, instead of drawing them.")
  private Path initWeights;

  @Option(names = "--max-steps", paramLabel = "N", description = "Ends the run after N steps.")
  private Long maxSteps;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    // 1. Everything that can be wrong without Spark.
    RunConfig config = resolve();
    Network network = Network.of(config.network());
    Crew.requireAtMostShards(config.distributed().workers(), config.training().shards());
    Checks.require(maxSteps == null || maxSteps >= 1, "--max-steps must be >= 1", maxSteps);
    Path folder = out != null ? out : defaultFolder(config.name());
    WholeFiles.requireAbsent(folder);
    float[] weights =
        initWeights != null
            ? Safetensors.read(initWeights, network)
            : config.init().draw(network, config.training().seeds());
    DataChoice choice = DataChoice.resolve(data.choice, System.getenv(), console);
    String dataSha256 = choice.verify(network);

    console.say(
        "run     %s: %,d parameters, %d epochs of batches of %d",
        config.name(),
        network.parameterCount(),
        config.training().epochs(),
        config.training().batchSize());
    console.say("data    %s", choice.description());
    console.say("blas    %s", Blas.description());
    try (SparkSession session = SparkSessions.open(config.name(), spark)) {
      return train(session, config, network, weights, choice, dataSha256, folder);
    }
  }

  private RunConfig resolve() {
    RunConfig config = RunConfig.read(conf != null ? conf : RunConfig.shipped("cnn"), overrides);
    DistributedConfig distributed = config.distributed();
    return config.withDistributed(
        distributed.withCrew(
            workers == null ? distributed.workers() : atLeastOne(workers),
            sync == null ? distributed.synchronization() : Synchronization.of(sync)));
  }

  private static int atLeastOne(int workers) {
    Checks.requireAtLeastOne("--workers", workers);
    return workers;
  }

  /** {@code runs/NAME-TIMESTAMP}. */
  static Path defaultFolder(String name) {
    DateTimeFormatter stamp = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    return Path.of("runs", name + "-" + stamp.format(LocalDateTime.now(ZoneId.systemDefault())));
  }

  private int train(
      SparkSession session,
      RunConfig config,
      Network network,
      float[] weights,
      DataChoice choice,
      String dataSha256,
      Path folder) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());

    // 2. Who works, and how they meet.
    int shards = config.training().shards();
    Crew crew = Crew.resolve(context, config.distributed(), shards);
    console.say(
        "spark   %s: %d workers, %d shards, sync %s (%s)",
        context.master(), crew.workers(), shards, crew.synchronization(), crew.reason());

    // 3. Rows to shards.
    try (ShardedData sharded =
        ShardedData.deal(
            choice.sources(session, network),
            config.deal(network, crew.workers()),
            config.distributed())) {
      RunPlan plan = config.plan(network, sharded.rows().get(Split.TRAIN));
      boolean validates = sharded.rows().get(Split.VALIDATION) > 0;
      console.say(
          "rows    %,d training, %,d validation, %,d test",
          sharded.rows().get(Split.TRAIN),
          sharded.rows().get(Split.VALIDATION),
          sharded.rows().get(Split.TEST));

      // 4. Steps, and what is left behind.
      Config provenance = provenance(config, context.master(), choice, dataSha256, crew);
      try (RunFolder run = RunFolder.create(folder, provenance, validates)) {
        console.say("folder  %s", run.path());
        TrainingResult result =
            steps(context, config, sharded, plan, weights, validates, crew, run);
        run.finish(
            result, new TrainedNetwork(network, config.data().normalization(), result.weights()));
        console.say(
            "done    test accuracy %.4f, loss %.4f after %,d steps, %.1f s of training",
            result.test().accuracy(),
            result.test().meanLoss(),
            result.steps(),
            result.trainingNanos() / 1e9);
        console.say("weights %s", Safetensors.sha256(result.weights()));
      }
      return 0;
    }
  }

  private TrainingResult steps(
      JavaSparkContext context,
      RunConfig config,
      ShardedData sharded,
      RunPlan plan,
      float[] weights,
      boolean validates,
      Crew crew,
      RunFolder run) {
    int stepsPerEpoch = plan.schedule().stepsPerEpoch();
    long allSteps = (long) config.training().epochs() * stepsPerEpoch;
    long lastStep = maxSteps == null ? allSteps : Math.min(maxSteps, allSteps);
    TrainingListener listener =
        run.andThen(console.progress(config.training().epochs(), stepsPerEpoch, lastStep));
    TrainingSession session =
        new TrainingSession(config.training(), plan, weights, validates, lastStep, listener);
    return DistributedTrainer.train(context, sharded, plan, session, crew, config.distributed());
  }

  private Config provenance(
      RunConfig config, String master, DataChoice choice, String dataSha256, Crew crew) {
    return config
        .toConfig()
        .withValue(
            "provenance",
            ConfigValueFactory.fromMap(
                Map.ofEntries(
                    Map.entry("lockstep", Version.LOCKSTEP),
                    Map.entry("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION()),
                    Map.entry("java", System.getProperty("java.version")),
                    Map.entry("blas", Blas.description()),
                    Map.entry("master", master),
                    Map.entry("workers", crew.workers()),
                    Map.entry("sync", crew.synchronization().toString()),
                    Map.entry("data", choice.description()),
                    Map.entry("dataSha256", dataSha256),
                    Map.entry("initWeights", initWeights == null ? "drawn" : "" + initWeights),
                    Map.entry("maxSteps", maxSteps == null ? "none" : "" + maxSteps))));
  }
}

package io.lockstep.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.Split;
import io.lockstep.distributed.Crew;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.DistributedTrainer;
import io.lockstep.distributed.DriverMemory;
import io.lockstep.distributed.RunFailedException;
import io.lockstep.distributed.ShardedData;
import io.lockstep.distributed.Synchronization;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.network.Network;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.RunFolder;
import io.lockstep.training.Position;
import io.lockstep.training.RunPlan;
import io.lockstep.training.Snapshot;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code submit/train.sh}: trains one run file and leaves a run's folder. */
@Command(
    name = "train",
    description = "Trains the network of a run file and leaves a folder with the model.",
    footerHeading = "%nStopping:%n",
    footer = {
      "  SIGTERM and SIGINT (Ctrl-C) end the run after the step under way, with a checkpoint, and",
      "  say how to resume it; a second signal ends it at once. Exit code 143 or 130."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CONF",
      description = {
        "Run file. Default: conf/cnn.conf of the project; with --resume --out, the run's own."
      })
  private Path conf;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "New folder for the result. Default: runs/NAME-TIMESTAMP. With --resume, the folder of the"
            + " run to go on with; default: the newest runs/NAME-* that has a checkpoint."
      })
  private Path out;

  @Mixin private SetOption set;

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

  @Option(
      names = "--resume",
      description = {
        "Goes on from the newest whole checkpoint of a run, to the same bits as if it had never"
            + " stopped. Settings, --data, --init-weights and --max-steps are the run's own and need"
            + " not be given; what is given must agree with them. Free to differ: name,"
            + " distributed.*, checkpoints.*, --workers, --sync, --master. Exits with 2 if there is"
            + " nothing to resume, with 0 if the run is finished."
      })
  private boolean resume;

  @Mixin private SparkOption spark;

  @Spec private CommandSpec spec;

  private final Console console = Console.ofProcess();

  /**
   * A run that is about to train.
   *
   * @param folder of its result
   * @param network what is trained
   * @param identity what decides its bits
   * @param maxSteps ends it early; 0 for no limit
   * @param checkpoints where they are
   * @param resumedFrom the checkpoint that it goes on from, if it does
   * @param begin where that was taken, or the start
   */
  private record Prepared(
      RunConfig config,
      Path folder,
      Network network,
      RunIdentity identity,
      long maxSteps,
      Checkpoints checkpoints,
      Optional<CheckpointWriter.Written> resumedFrom,
      Position begin) {}

  /** The rows; let go of as soon as they are dealt. */
  private DataChoice.Verified verified;

  /** What the session goes on from; let go of as soon as the session has it. */
  private Snapshot resumedState;

  @Override
  public Integer call() throws IOException {
    try (StopSignals stop = StopSignals.listen(console)) {
      try {
        return train(stop);
      } catch (StopSignals.Stopped e) {
        return stop.exitCode().orElseThrow();
      } catch (RuntimeException e) {
        if (stop.exitsBeforeTraining()) {
          return stop.exitCode().orElseThrow(); // Spark was stopped under our feet: no news
        }
        throw e;
      }
    }
  }

  private int train(StopSignals stop) throws IOException {
    KernelChoice.prepare(); // compiles while Spark starts
    // 1. Everything that can be wrong without Spark.
    Checks.require(maxSteps == null || maxSteps >= 1, "--max-steps must be >= 1", maxSteps);
    Configuration hadoop = SparkSessions.hadoop(spark);
    Optional<Path> resumed = resume ? Optional.of(folderToResume(hadoop)) : Optional.empty();
    RunConfig config = resolve(resumed);
    Path folder = resumed.orElseGet(() -> out != null ? out : defaultFolder(config.name()));
    if (resumed.isPresent() && RunFolder.isFinished(folder)) {
      console.say("done    the run in %s is finished already; nothing is left to resume", folder);
      return 0;
    }
    Network network = Network.of(config.network());
    Crew.requireAtMostShards(config.distributed().workers(), config.training().shards());
    DriverMemory.require(
        network.parameterCount(), config.training(), 1, Runtime.getRuntime().maxMemory());
    Checkpoints checkpoints = Resumption.checkpoints(config, folder, hadoop);
    if (resumed.isEmpty()) {
      WholeFiles.requireAbsent(folder);
      requireUnused(checkpoints);
    }
    Optional<float[]> given =
        Optional.ofNullable(initWeights).map(file -> Safetensors.read(file, network));
    DataChoice choice = DataChoice.resolve(dataChoice(resumed), System.getenv(), console);

    // 2. All the rows, while Spark starts.
    try (SparkSessions.Starting starting = SparkSessions.Starting.begin(config.name(), spark)) {
      verified = choice.verify(network);
      String dataSha256 = verified.sha256();
      Prepared run =
          resumed.isPresent()
              ? resumed(config, folder, network, given, dataSha256, checkpoints)
              : fresh(config, folder, network, given, dataSha256, checkpoints);
      console.say(
          "run     %s: %,d parameters, %d epochs of batches of %d",
          config.name(),
          network.parameterCount(),
          config.training().epochs(),
          config.training().batchSize());
      console.say("data    %s", choice.description());
      console.say("kernel  %s", KernelChoice.description());
      return train(starting.context(), run, given, choice, stop);
    }
  }

  private Path folderToResume(Configuration hadoop) throws IOException {
    String name =
        out != null ? "" : RunConfig.read(runFile(Optional.empty()), set.overrides).name();
    return Resumption.folder(out, name, hadoop);
  }

  /** The run file that was named, else that of the run to resume, else the default. */
  private Path runFile(Optional<Path> resumed) {
    return conf != null ? conf : resumed.map(RunFolder::runFile).orElseGet(this::defaultRunFile);
  }

  private Path defaultRunFile() {
    return RunConfig.shipped("cnn");
  }

  private String dataChoice(Optional<Path> resumed) {
    boolean named = spec.commandLine().getParseResult().hasMatchedOption("--data");
    return named ? data.choice : resumed.flatMap(Resumption::dataChoice).orElse(data.choice);
  }

  private static void requireUnused(Checkpoints checkpoints) {
    if (!checkpoints.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "checkpoints.folder must have none of another run, but %s has. Choose another, or go"
                  + " on with that run: --resume.",
              checkpoints.folder()));
    }
  }

  private Prepared fresh(
      RunConfig config,
      Path folder,
      Network network,
      Optional<float[]> given,
      String dataSha256,
      Checkpoints checkpoints) {
    long limit = maxSteps == null ? 0 : maxSteps;
    RunIdentity identity = config.identity(dataSha256, limit, given.map(Safetensors::sha256));
    return new Prepared(
        config, folder, network, identity, limit, checkpoints, Optional.empty(), Position.START);
  }

  private Prepared resumed(
      RunConfig config,
      Path folder,
      Network network,
      Optional<float[]> given,
      String dataSha256,
      Checkpoints checkpoints) {
    Checkpoints.Found found =
        checkpoints
            .newest(damage -> console.say("NOTE    %s", damage))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        String.format(
                            "Nothing to resume: there is no checkpoint in %s. Start a new run"
                                + " without --resume.",
                            checkpoints.folder())));
    RunIdentity there = found.checkpoint().run();
    RunIdentity here =
        config.identity(
            dataSha256,
            maxSteps == null ? RunConfig.maxSteps(there) : maxSteps,
            given.map(Safetensors::sha256).or(() -> RunConfig.firstWeights(there)));
    there.requireSame(here, found.file());
    Position at = found.checkpoint().state().position();
    console.say(
        "resume  %s after step %,d, in epoch %d (%s)", folder, at.step(), at.epoch(), found.file());
    resumedState = found.checkpoint().state();
    return new Prepared(
        config,
        folder,
        network,
        here,
        RunConfig.maxSteps(there),
        checkpoints,
        Optional.of(found.written()),
        at);
  }

  private RunConfig resolve(Optional<Path> resumed) {
    RunConfig config = RunConfig.read(runFile(resumed), set.overrides);
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
      JavaSparkContext context,
      Prepared run,
      Optional<float[]> given,
      DataChoice choice,
      StopSignals stop) {
    RunConfig config = run.config;

    // 3. Who works, and how they meet.
    int shards = config.training().shards();
    Crew crew = Crew.resolve(context, config.distributed(), shards);
    console.say(
        "spark   %s: %d workers, %d shards, sync %s (%s)",
        context.master(), crew.workers(), shards, crew.synchronization(), crew.reason());
    DriverMemory.require(run.network.parameterCount(), config.training(), context, crew);

    // 4. Rows to shards.
    try (ShardedData sharded = deal(context, run, choice, crew)) {
      RunPlan plan = config.plan(run.network, sharded.rows().get(Split.TRAIN));
      boolean validates = sharded.rows().get(Split.VALIDATION) > 0;
      console.say(
          "rows    %,d training, %,d validation, %,d test",
          sharded.rows().get(Split.TRAIN),
          sharded.rows().get(Split.VALIDATION),
          sharded.rows().get(Split.TEST));

      // 5. Steps, and what is left behind.
      Progress progress = new Progress(run);
      stop.trainingBegins(config.checkpoints().stopSeconds(), progress::lastWords);
      try (RunFolder folder = open(run, context.master(), choice, crew, validates)) {
        console.say("folder  %s", folder.path());
        TrainingResult result =
            DistributedTrainer.train(
                context,
                sharded,
                plan,
                session(run, given, plan, validates, progress.listener(folder, plan, stop)),
                crew,
                config.distributed());
        finish(folder, run, result);
        return 0;
      } catch (StopSignals.Stopped e) {
        console.say("stopped %s", progress.lastWords());
        return stop.exitCode().orElseThrow();
      } catch (RunFailedException | UncheckedIOException e) {
        String what = e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
        String message = what + " " + progress.lastWords();
        if (stop.exitCode().isPresent()) { // Ctrl-C reaches local executors too
          console.say("stopped %s", message);
          return stop.exitCode().orElseThrow();
        }
        throw new RunFailedException(message, e);
      }
    }
  }

  private ShardedData deal(JavaSparkContext context, Prepared run, DataChoice choice, Crew crew) {
    DataChoice.Verified rows = verified;
    verified = null;
    return choice.deal(
        context,
        rows,
        run.network,
        run.config.deal(run.network, crew.workers()),
        run.config.distributed());
  }

  private RunFolder open(
      Prepared run, String master, DataChoice choice, Crew crew, boolean validates) {
    return run.resumedFrom.isPresent()
        ? RunFolder.resume(
            run.folder,
            run.begin,
            String.format("%s, %d workers, %s", master, crew.workers(), crew.synchronization()),
            notice -> console.say("NOTE    %s", notice))
        : RunFolder.create(run.folder, provenance(run, master, choice, crew), validates);
  }

  private TrainingSession session(
      Prepared run,
      Optional<float[]> given,
      RunPlan plan,
      boolean validates,
      TrainingListener listener) {
    TrainingConfig training = run.config.training();
    if (run.resumedFrom.isPresent()) {
      Snapshot state = resumedState;
      resumedState = null;
      return new TrainingSession(training, plan, state, validates, run.maxSteps, listener);
    }
    float[] weights = given.orElseGet(() -> run.config.init().draw(run.network, training.seeds()));
    return new TrainingSession(training, plan, weights, validates, run.maxSteps, listener);
  }

  private void finish(RunFolder folder, Prepared run, TrainingResult result) {
    folder.finish(
        result,
        new TrainedNetwork(run.network, run.config.data().normalization(), result.weights()));
    console.say(
        "done    test accuracy %.4f, loss %.4f after %,d steps, %.1f s of training",
        result.test().accuracy(),
        result.test().meanLoss(),
        result.steps(),
        result.trainingNanos() / 1e9);
    console.say("weights %s", Safetensors.sha256(result.weights()));
  }

  /** Who is told of the run's steps, and what is safe should it end. */
  private final class Progress {
    private final Prepared run;
    private volatile CheckpointWriter writer;

    private Progress(Prepared run) {
      this.run = run;
    }

    private TrainingListener listener(RunFolder folder, RunPlan plan, StopSignals stop) {
      writer =
          new CheckpointWriter(
              run.checkpoints,
              run.config.checkpoints(),
              run.identity,
              run.resumedFrom,
              folder::writeSteps);
      int epochs = run.config.training().epochs();
      int stepsPerEpoch = plan.schedule().stepsPerEpoch();
      long allSteps = (long) epochs * stepsPerEpoch;
      long lastStep = run.maxSteps == 0 ? allSteps : Math.min(run.maxSteps, allSteps);
      return folder
          .andThen(console.progress(epochs, stepsPerEpoch, lastStep, run.begin))
          .andThen(writer)
          .andThen(stop.after(writer));
    }

    /** Which checkpoint there is, and how to go on from it. */
    private String lastWords() {
      return Optional.ofNullable(writer)
          .flatMap(CheckpointWriter::last)
          .or(() -> run.resumedFrom)
          .map(
              last ->
                  String.format(
                      "The checkpoint after step %d is whole: %s. Go on from it with: %s",
                      last.step(), last.file(), Resumption.command(run.folder, spark)))
          .orElse("There is no checkpoint of this run yet: start a new one.");
    }
  }

  private Config provenance(Prepared run, String master, DataChoice choice, Crew crew) {
    return run.config
        .toConfig()
        .withValue(
            "provenance",
            ConfigValueFactory.fromMap(
                Map.ofEntries(
                    Map.entry("lockstep", Version.LOCKSTEP),
                    Map.entry("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION()),
                    Map.entry("java", System.getProperty("java.version")),
                    Map.entry("kernel", KernelChoice.description()),
                    Map.entry("master", master),
                    Map.entry("workers", crew.workers()),
                    Map.entry("sync", crew.synchronization().toString()),
                    Map.entry("data", choice.description()),
                    Map.entry("dataChoice", data.choice),
                    Map.entry("dataSha256", run.identity.dataSha256()),
                    Map.entry("initWeights", initWeights == null ? "drawn" : "" + initWeights),
                    Map.entry("maxSteps", maxSteps == null ? "none" : "" + maxSteps))));
  }
}

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
import io.lockstep.distributed.RunFailedException;
import io.lockstep.distributed.Synchronization;
import io.lockstep.distributed.Topology;
import io.lockstep.export.TensorBoardLog;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.Pictures;
import io.lockstep.report.RunFolder;
import io.lockstep.report.RunReport;
import io.lockstep.run.Run;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.run.Start;
import io.lockstep.training.HistoryRecorder;
import io.lockstep.training.Selection;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
        "How gradients meet: barrier keeps tasks alive, which exchange with the driver or each"
            + " other, job runs a Spark job per step, auto takes barrier where it can run. The bits"
            + " are the same."
      })
  private String sync;

  @Option(
      names = "--init-weights",
      paramLabel = "FILE.safetensors",
      description = "First weights, instead of drawing them.")
  private Path initWeights;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description =
          "Ends the run after N steps, or where training.averageEvery next averages the weights.")
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

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = {
        "Writes loss, accuracy, learning rate and speed for TensorBoard, into a folder in DIR that"
            + " is named as the result's: tensorboard --logdir DIR shows them. With --resume, goes"
            + " on with what is there."
      })
  private Path tensorboard;

  @Option(
      names = "--accept-other-arithmetic",
      description = {
        "With --resume: goes on also from the checkpoint of a lockstep whose arithmetic is another."
            + " The run then ends with bits that neither of the two makes alone."
      })
  private boolean acceptOtherArithmetic;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();
  private TrainingListener listener = TrainingListener.NONE;

  /** Lets {@code other} hear of the run, too, after its folder and its report. */
  void tell(TrainingListener other) {
    listener = listener.andThen(other);
  }

  /**
   * A run that is about to be assembled.
   *
   * @param folder of its result
   * @param checkpoints where they are
   * @param start from where it trains
   */
  private record Prepared(
      RunDescription description, Path folder, Checkpoints checkpoints, Start start) {}

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
    SparkSessions.prepareKernels(spark); // while Spark starts
    // 1. Everything that can be wrong without Spark.
    Checks.require(maxSteps == null || maxSteps >= 1, "--max-steps must be >= 1", maxSteps);
    if (acceptOtherArithmetic && !resume) {
      throw new InvalidInputException(
          "--accept-other-arithmetic goes with --resume: a new run has no other arithmetic.");
    }
    Configuration hadoop = SparkSessions.hadoop(spark);
    Optional<Path> resumed = resume ? Optional.of(folderToResume(hadoop)) : Optional.empty();
    RunConfig config = resolve(resumed);
    Path folder = resumed.orElseGet(() -> out != null ? out : defaultFolder(config.name()));
    if (resumed.isPresent() && RunFolder.isFinished(folder)) {
      console.say("done    the run in %s is finished already; nothing is left to resume", folder);
      return 0;
    }
    RunDescription wished = RunDescription.of(config);
    wished.requireDriverMemory();
    Checkpoints checkpoints = Resumption.checkpoints(config, folder, hadoop);
    Optional<Path> events = events(folder);
    events.ifPresent(TensorBoardLog::requireWritable);
    if (resumed.isEmpty()) {
      WholeFiles.requireAbsent(folder);
      events.ifPresent(WholeFiles::requireAbsent);
      requireUnused(checkpoints);
    }
    Optional<float[]> given =
        Optional.ofNullable(initWeights).map(file -> Safetensors.read(file, wished.network()));
    RunDescription asked =
        wished
            .endingAfter(maxSteps == null ? OptionalLong.empty() : OptionalLong.of(maxSteps))
            .beginningWith(given.map(Safetensors::sha256));
    DataChoice choice = DataChoice.resolve(config.data().source(), System.getenv(), console);

    // 2. The rows, all that fit, while Spark starts.
    try (SparkSessions.Starting starting = SparkSessions.Starting.begin(config.name(), spark)) {
      VerifiedRows rows = choice.verify(asked.network());
      Prepared run =
          resumed.isPresent()
              ? resumed(asked, folder, checkpoints, rows)
              : new Prepared(
                  asked, folder, checkpoints, given.map(Start::given).orElseGet(Start::drawn));
      console.say(
          "run     %s: %,d parameters, %d epochs of batches of %d",
          config.name(),
          asked.network().learnedCount(),
          config.training().epochs(),
          config.training().batchSize());
      console.say("data    %s", choice.description());
      rows.notice().ifPresent(notice -> console.say("NOTE    %s", notice));
      console.say("kernel  %s", KernelChoice.description());
      return train(starting.context(), run, rows, choice, stop);
    }
  }

  /** TensorBoard's of the run whose result is in {@code folder}. */
  private Optional<Path> events(Path folder) {
    return Optional.ofNullable(tensorboard)
        .map(all -> all.resolve(folder.toAbsolutePath().normalize().getFileName()));
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
    return RunFiles.shipped("cnn");
  }

  /** What was asked for, else what the run to resume was started with, else what the file says. */
  private String source(Optional<Path> resumed, RunConfig config) {
    return data.choice()
        .or(() -> resumed.flatMap(Resumption::dataChoice))
        .orElse(config.data().source());
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

  private Prepared resumed(
      RunDescription asked, Path folder, Checkpoints checkpoints, VerifiedRows rows) {
    Start start =
        Start.newest(
                checkpoints,
                damage -> console.say("NOTE    %s", damage),
                acceptOtherArithmetic
                    ? RunIdentity.Accepted.ANY_ARITHMETIC
                    : RunIdentity.Accepted.SAME_ARITHMETIC)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        String.format(
                            "Nothing to resume: there is no checkpoint in %s. Start a new run"
                                + " without --resume.",
                            checkpoints.folder())));
    RunIdentity there = start.run().orElseThrow();
    RunDescription description = asked.completedBy(there);
    rows.fingerprint(description.deal(1))
        .ifPresent(known -> start.requireOf(description.identity(known)));
    if (there.arithmetic() != Version.ARITHMETIC) {
      console.say(
          "NOTE    the checkpoint is of arithmetic %d, this lockstep computes with %d: the run ends"
              + " with bits that neither makes alone",
          there.arithmetic(), Version.ARITHMETIC);
    }
    if (start.seeksBestAnew(description)) {
      console.say(
          "NOTE    the checkpoint knows no best epoch, its lockstep kept the last: the best is"
              + " sought from epoch %d on",
          start.position().epoch());
    }
    console.say(
        "resume  %s after step %,d, in epoch %d (%s)",
        folder,
        start.position().step(),
        start.position().epoch(),
        start.checkpoint().orElseThrow().file());
    return new Prepared(description, folder, checkpoints, start);
  }

  private RunConfig resolve(Optional<Path> resumed) {
    RunConfig config = RunConfig.read(runFile(resumed), set.overrides);
    DistributedConfig distributed = config.distributed();
    return config
        .withSource(source(resumed, config))
        .withDistributed(
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
      Prepared prepared,
      VerifiedRows rows,
      DataChoice choice,
      StopSignals stop) {
    // 3. Who works, how they meet, and rows to shards.
    Optional<Pictures> pictures = rows.pictures(); // which are let go of once they are dealt
    int shards = prepared.description.config().training().shards();
    try (Run run =
        Run.assemble(
            prepared.description, context, rows, crew -> sayWhoWorks(context, shards, crew))) {
      console.say(
          "rows    %,d training, %,d validation, %,d test",
          run.rows(Split.TRAIN), run.rows(Split.VALIDATION), run.rows(Split.TEST));
      console.say(
          "memory  %,.0f bytes a row, %,.1f MB of rows a worker%s",
          run.bytesPerRow(),
          run.mostBytesOfAWorker() / 1e6,
          run.keepsRowsInFiles() ? ", in files" : "");

      // 4. Steps, and what is left behind.
      Progress progress = new Progress(prepared, pictures);
      stop.trainingBegins(
          run.description().config().checkpoints().stopSeconds(), progress::lastWords);
      try (RunFolder folder = open(prepared, run, context.master(), choice);
          LiveRun live = LiveRun.shown(context, run, prepared.start.position());
          progress) {
        console.say("folder  %s", folder.path());
        live.address().ifPresent(address -> console.say("watch   %s", address));
        TrainingListener listener = progress.listener(folder, run, stop);
        TrainingResult result = live.ended(run.train(prepared.start, live.andThen(listener)));
        finish(folder, progress.report, run, result);
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

  private void sayWhoWorks(JavaSparkContext context, int shards, Crew crew) {
    int cores = Crew.coresOfAWorker(context.getConf());
    console.say(
        "spark   %s: %d workers%s, %d shards, sync %s (%s)",
        context.master(),
        crew.workers(),
        cores == 1 ? "" : String.format(" of %d cores", cores),
        shards,
        crew.synchronization(),
        crew.reason());
    if (crew.topology() != Topology.DRIVER || !context.isLocal()) {
      console.say("        exchange %s: %s", crew.topology(), crew.topologyReason());
    }
  }

  private RunFolder open(Prepared prepared, Run run, String master, DataChoice choice) {
    Crew crew = run.crew();
    return prepared.start.checkpoint().isPresent()
        ? RunFolder.resume(
            prepared.folder,
            prepared.start.position(),
            String.format("%s, %d workers, %s", master, crew.workers(), crew.synchronization()),
            notice -> console.say("NOTE    %s", notice))
        : RunFolder.create(prepared.folder, provenance(run, master, choice), run.validates());
  }

  private void finish(RunFolder folder, RunReport report, Run run, TrainingResult result) {
    TrainedNetwork trained = run.trained(result);
    report.finish(result, trained);
    folder.finish(result, trained);
    sayWhichEpoch(run.description().config().training().selection(), result);
    console.say(
        "done    test accuracy %.4f, loss %.4f after %,d steps, %.1f s of training",
        result.test().accuracy(),
        result.test().meanLoss(),
        result.steps(),
        result.trainingNanos() / 1e9);
    console.say("weights %s", Safetensors.sha256(result.weights()));
  }

  private void sayWhichEpoch(Selection selection, TrainingResult result) {
    if (result.ending() == TrainingResult.Ending.STOPPED_EARLY) {
      console.say(
          "stopped early: no better validation accuracy in %d %s",
          selection.patience(), selection.patience() == 1 ? "epoch" : "epochs");
    }
    result
        .best()
        .ifPresent(
            best ->
                console.say(
                    "kept    the weights after epoch %d; the best epoch by validation is %d:"
                        + " accuracy %.4f, loss %.4f",
                    result.epoch(), best.epoch(), best.accuracy(), best.meanLoss()));
  }

  /** Who is told of the run's steps, and what is safe should it end. */
  private final class Progress implements AutoCloseable {
    private final Prepared prepared;
    private final Optional<Pictures> pictures;
    private RunReport report;
    private RunProgress shown;
    private Optional<TensorBoardLog> log = Optional.empty();
    private volatile CheckpointWriter writer;

    private Progress(Prepared prepared, Optional<Pictures> pictures) {
      this.prepared = prepared;
      this.pictures = pictures;
    }

    private TrainingListener listener(RunFolder folder, Run run, StopSignals stop) {
      Start start = prepared.start;
      writer = run.checkpointWriter(prepared.checkpoints, start, folder::writeSteps);
      int epochs = run.description().config().training().epochs();
      Consumer<String> notices = notice -> console.say("NOTE    %s", notice);
      HistoryRecorder recorder =
          start.checkpoint().isPresent()
              ? RunReport.resumed(folder.path(), notices)
              : new HistoryRecorder();
      report = new RunReport(folder.path(), recorder, epochs, pictures, notices);
      log = events(prepared.folder).map(to -> TensorBoardLog.open(to, start.position(), notices));
      shown = console.progress(epochs, run.stepsPerEpoch(), run.lastStep(), start.position());
      return folder
          .andThen(recorder)
          .andThen(shown)
          .andThen(log.<TrainingListener>map(to -> to).orElse(TrainingListener.NONE))
          .andThen(report)
          .andThen(listener)
          .andThen(writer)
          .andThen(stop.after(writer));
    }

    /** Which checkpoint there is, and how to go on from it. */
    private String lastWords() {
      return Optional.ofNullable(writer)
          .flatMap(CheckpointWriter::last)
          .or(prepared.start::checkpoint)
          .map(
              last ->
                  String.format(
                      "The checkpoint after step %d is whole: %s. Go on from it with: %s",
                      last.step(),
                      last.file(),
                      Resumption.command(prepared.folder, tensorboard, spark)))
          .orElse("There is no checkpoint of this run yet: start a new one.");
    }

    @Override
    public void close() {
      if (shown != null) {
        shown.close();
      }
      log.ifPresent(TensorBoardLog::close);
    }
  }

  private Config provenance(Run run, String master, DataChoice choice) {
    Crew crew = run.crew();
    return run.description()
        .config()
        .toConfig()
        .withValue(
            "provenance",
            ConfigValueFactory.fromMap(
                Map.ofEntries(
                    Map.entry("lockstep", Version.LOCKSTEP),
                    Map.entry("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION()),
                    Map.entry("java", System.getProperty("java.version")),
                    Map.entry("kernel", KernelChoice.description()),
                    Map.entry("machine", machine()),
                    Map.entry("master", master),
                    Map.entry("workers", crew.workers()),
                    Map.entry("sync", crew.synchronization().toString()),
                    Map.entry("exchange", crew.topology().toString()),
                    Map.entry("data", choice.description()),
                    Map.entry("dataChoice", run.description().config().data().source()),
                    Map.entry("dataSha256", run.fingerprint().sha256()),
                    Map.entry("initWeights", initWeights == null ? "drawn" : "" + initWeights),
                    Map.entry("maxSteps", maxSteps == null ? "none" : "" + maxSteps))));
  }

  /** The driver's. */
  private static String machine() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%s %s, %d processors, %.1f GB of heap for the driver",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        runtime.availableProcessors(),
        runtime.maxMemory() / 1e9);
  }
}

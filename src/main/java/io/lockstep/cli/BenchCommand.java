package io.lockstep.cli;

import io.lockstep.base.Checks;
import io.lockstep.base.WholeFiles;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.Synchronization;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.linalg.Blas;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Network;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.training.EpochReport;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code submit/bench.sh}: how fast it is here. */
@Command(
    name = "bench",
    description = {
      "Measures seconds per epoch of cnn, mlp and softmax, images per second, the part of the"
          + " cores' peak, the start, and the overhead per step of both"
          + " synchronisation modes, in this JVM and with executors in JVMs of their own."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  private static final List<String> NETWORKS = List.of("cnn", "mlp", "softmax");

  /** Epochs of each network that take some seconds: the first of them are the JIT's. */
  private static final Map<String, Integer> EPOCHS = Map.of("cnn", 10, "mlp", 24, "softmax", 120);

  private static final int WORKERS = 2;

  /**
   * The first half warms up the JIT and does not count: that of two new executors takes some 8 s.
   */
  private static final int BARRIER_STEPS = 16_000;

  private static final int JOB_STEPS = 100;

  /** Epochs that no measurement of steps reaches the end of. */
  static final int ENOUGH_EPOCHS = 1000;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "New folder for bench.csv, or for the files of a study. Default: print only; for a study"
              + " runs/study-TIMESTAMP.")
  private Path out;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Epochs per network, of which the first half warms up and does not count. Default: 10"
              + " of cnn, 24 of mlp, 120 of softmax, which take some seconds each.")
  private Integer epochs;

  @Mixin private StudyOption study;

  private final Console console = Console.ofProcess();
  private final List<String> table = new ArrayList<>();
  private long firstStepMillis;

  @Override
  public Integer call() throws IOException {
    if (epochs != null) {
      Checks.require(epochs >= 2, "--epochs must be >= 2", epochs);
      Checks.require(
          !study.study, "--epochs must be left out with --study, which counts steps", epochs);
    }
    study.check();
    if (study.study) {
      study();
      return 0;
    }
    if (out != null) {
      WholeFiles.createNewFolder(out); // now, not after minutes of measuring
    }
    table.add("measure,network,master,sync,value,unit");
    SparkOption local = at("local[2]");
    SparkSessions.prepareKernels(local); // as train does, whose start is measured
    DataChoice choice = DataChoice.resolve(data.choice().orElse("auto"), System.getenv(), console);
    try (SparkSessions.Starting spark = SparkSessions.Starting.begin("bench", local)) {
      console.say("data    %s", choice.description());
      console.say("cpu     %s", cpu());
      console.say("kernel  %s", KernelChoice.description());
      console.say("load    %.2f", loadAverage());
      OptionalDouble peak = OptionalDouble.empty();
      for (String network : NETWORKS) {
        double flopsPerSecond = measureEpochs(spark, choice, network);
        if (peak.isEmpty()) { // not earlier: it would delay the first step
          peak = KernelChoice.measurePeak();
        }
        partOfThePeak(network, flopsPerSecond, peak);
      }
      overheads(spark, choice, local.master);
    }
    SparkOption cluster = at("local-cluster[2,1,1024]");
    try (SparkSessions.Starting spark = SparkSessions.Starting.begin("bench", cluster)) {
      overheads(spark, choice, cluster.master);
    }
    console.say("blas    %s, for MLlib", Blas.description());
    if (out != null) {
      WholeFiles.write(out.resolve("bench.csv"), String.join("\n", table) + "\n");
      console.say("folder  %s", out);
    }
    return 0;
  }

  private void study() throws IOException {
    Path folder = out != null ? out : TrainCommand.defaultFolder("study");
    ScalingStudy scaling = new ScalingStudy(study, folder, console);
    int cores = Runtime.getRuntime().availableProcessors();
    String machine =
        String.format(
            Locale.ROOT, "%s, %d cores, load %.2f at the start", cpu(), cores, loadAverage());
    scaling.run(data.choice().orElse("auto"), machine);
  }

  private static SparkOption at(String master) {
    SparkOption option = new SparkOption();
    option.master = master;
    return option;
  }

  /** Measures the start and the epochs; returns the floating-point operations a second. */
  private double measureEpochs(SparkSessions.Starting spark, DataChoice choice, String network)
      throws IOException {
    Synchronization mode = Synchronization.BARRIER;
    int enough = epochs(network);
    LongAdder images = new LongAdder();
    List<Double> seconds = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.epoch() == 1) {
              images.add(report.examples());
            }
            if (firstStepMillis == 0) {
              firstStepMillis = ManagementFactory.getRuntimeMXBean().getUptime();
            }
          }

          @Override
          public void onEpoch(EpochReport report) {
            if (report.epoch() > enough / 2) {
              seconds.add(report.trainingNanos() / 1e9);
            }
          }
        };
    run(spark, choice, network, mode, OptionalLong.empty(), listener);
    double epoch = median(seconds);
    if (network.equals(NETWORKS.get(0))) {
      add("start to first step", network, "local[2]", mode, firstStepMillis / 1e3, "s");
    }
    add("seconds per epoch", network, "local[2]", mode, epoch, "s");
    add("images per second", network, "local[2]", mode, images.sum() / epoch, "images/s");
    double flops = (double) images.sum() * Network.of(shipped(network).network()).stepFlops();
    return flops / epoch;
  }

  private void partOfThePeak(String network, double flopsPerSecond, OptionalDouble peak) {
    if (peak.isPresent()) {
      double part = flopsPerSecond / (1e9 * peak.getAsDouble() * WORKERS);
      Synchronization mode = Synchronization.BARRIER;
      add("part of the peak", network, "local[2]", mode, part, "of " + rounded(peak));
    }
  }

  private int epochs(String network) {
    return epochs != null ? epochs : EPOCHS.get(network);
  }

  private static String rounded(OptionalDouble peak) {
    return String.format(Locale.ROOT, "%.0f GFLOP/s a core", peak.getAsDouble());
  }

  private static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** The model's name where Linux says it, else the architecture. */
  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private void overheads(SparkSessions.Starting spark, DataChoice choice, String master)
      throws IOException {
    for (String network : NETWORKS) {
      overhead(spark, choice, network, master, Synchronization.BARRIER, BARRIER_STEPS);
      overhead(spark, choice, network, master, Synchronization.JOB, JOB_STEPS);
    }
  }

  /** Time of a step that the slowest worker did not compute: the median over {@code steps}. */
  private void overhead(
      SparkSessions.Starting spark,
      DataChoice choice,
      String network,
      String master,
      Synchronization mode,
      int steps)
      throws IOException {
    int warmUp = steps / 2;
    List<Double> millis = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() > warmUp) {
              millis.add(report.overheadNanos() / 1e6);
            }
          }
        };
    run(spark, choice, network, mode, OptionalLong.of(steps), listener);
    add("overhead per step", network, master, mode, median(millis), "ms");
  }

  private void run(
      SparkSessions.Starting spark,
      DataChoice choice,
      String name,
      Synchronization mode,
      OptionalLong maxSteps,
      TrainingListener listener)
      throws IOException {
    int enough = maxSteps.isPresent() ? ENOUGH_EPOCHS : epochs(name);
    RunConfig config = shipped(name, "training.epochs=" + enough);
    DistributedConfig distributed = DistributedConfig.DEFAULTS.withCrew(WORKERS, mode);
    RunDescription description =
        RunDescription.of(config.withDistributed(distributed)).endingAfter(maxSteps);
    VerifiedRows rows = choice.verify(description.network());
    LiveRun.trainWhole(description, spark.context(), rows, listener);
  }

  /** The run file {@code conf/NAME.conf} of the project, with settings of it replaced. */
  static RunConfig shipped(String name, String... overrides) {
    return RunConfig.read(RunFiles.shipped(name), List.of(overrides));
  }

  private void add(
      String measure,
      String network,
      String master,
      Synchronization mode,
      double value,
      String unit) {
    console.say("%-19s %-8s %-24s %-8s %,13.3f %s", measure, network, master, mode, value, unit);
    table.add(
        String.format(
            Locale.ROOT, "%s,%s,\"%s\",%s,%.4f,%s", measure, network, master, mode, value, unit));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}

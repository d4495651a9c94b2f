package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The submit scripts as a user runs them: processes, exit codes, folders, real signals. */
class SubmitIT {
  private static final long PATIENCE_SECONDS = 180;

  /** The first generated digits as files, which start faster than drawing all of them. */
  @TempDir private static Path data;

  /** The network of the README. */
  private static final List<String> SMALL =
      List.of("--max-steps", "60", "--set", "data.trainRows=3200");

  @BeforeAll
  static void writeData() throws IOException {
    DigitFiles.write(data, 12_800, 1_000);
  }

  @TempDir private Path folder;

  /** Of what is started next, beside this process's. */
  private final Map<String, String> environment = new HashMap<>();

  private final List<Process> started = new ArrayList<>();
  private final List<ProcessHandle> orphans = new ArrayList<>();

  /** What a process said and how it ended. */
  private record Outcome(int exitCode, String out) {}

  private Process start(String script, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("submit/" + script));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(script + started.size() + ".log").toFile());
    builder.environment().remove("SPARK_HOME"); // the one that the scripts assemble
    builder.environment().remove("MNIST_HOME");
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String said(String script) throws IOException {
    return Output.of(folder.resolve(script + (started.size() - 1) + ".log"));
  }

  private Outcome run(String script, List<String> arguments) throws Exception {
    Process process = start(script, arguments);
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertTrue(ended, () -> "still running after " + PATIENCE_SECONDS + " s: " + arguments);
    return new Outcome(process.exitValue(), said(script));
  }

  @AfterEach
  void killWhatIsLeft() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  private static List<String> with(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }

  private Config trained(String name, String... arguments) throws Exception {
    return trainedOn(data.toString(), name, arguments);
  }

  private Config trainedOn(String choice, String name, String... arguments) throws Exception {
    Path out = folder.resolve(name);
    Outcome outcome =
        run("train.sh", with(with(SMALL, "--data", choice, "--out", out.toString()), arguments));
    assertEquals(0, outcome.exitCode(), outcome.out());
    return ConfigFactory.parseFile(out.resolve("metrics.json").toFile());
  }

  @Test
  void train_workersModesAndJvms_giveTheSameBits() throws Exception {
    String reference =
        trained("one", "--master", "local[2]", "--workers", "1").getString("weights_sha256");

    assertEquals(
        reference, trained("two", "--master", "local[2]").getString("weights_sha256"), "2 workers");
    assertEquals(
        reference, trained("job", "--sync", "job").getString("weights_sha256"), "a job per step");
    environment.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + folder + "/classes-%p.txt");
    assertEquals(
        reference,
        trained("cluster", "--master", "local-cluster[2,1,1024]").getString("weights_sha256"),
        "two executor JVMs");
    environment.clear();
    assertClassesAreShared();
    assertEquals(
        reference,
        trained(
                "encrypted",
                "--master",
                "local-cluster[2,2,1024]",
                "--conf",
                "spark.task.cpus=2",
                "--conf",
                "spark.authenticate=true",
                "--conf",
                "spark.authenticate.secret=only-for-this-test",
                "--conf",
                "spark.network.crypto.enabled=true")
            .getString("weights_sha256"),
        "two executor JVMs of a worker with two cores each, authenticated and encrypted");
    List<String> tls = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    tls.addAll(selfMadeKeys());
    assertEquals(
        reference,
        trained("tls", tls.toArray(String[]::new)).getString("weights_sha256"),
        "two executor JVMs, over TLS");
  }

  /** The driver and two executors said which classes they loaded, and from where. */
  private void assertClassesAreShared() throws IOException {
    List<String> drivers = new ArrayList<>();
    int executors = 0;
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "classes-*.txt")) {
      for (Path log : logs) {
        String loaded = Files.readString(log);
        if (loaded.contains(" org.apache.spark.executor.CoarseGrainedExecutorBackend ")) {
          executors++;
          assertTrue(
              loaded.contains(" io.lockstep.training.ShardWorker source: shared objects file"),
              () -> "from the archive: " + log);
          assertTrue(loaded.contains(" io.lockstep.lanes.WarmUp "), () -> "compiled: " + log);
        } else if (loaded.contains(" io.lockstep.cli.TrainCommand ")) {
          drivers.add(loaded);
        }
      }
    }
    assertEquals(2, executors);
    assertEquals(1, drivers.size());
    String driver = drivers.get(0);
    assertTrue(
        driver.indexOf(" io.lockstep.lanes.WarmUp ")
            > driver.indexOf(" io.lockstep.distributed.ShardedData "),
        "the driver compiles no kernels while executors start, but for the report's examples");
  }

  /** What {@code spark.ssl.rpc} needs, with keys of our own making. */
  private List<String> selfMadeKeys() throws Exception {
    Path keys = folder.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "lockstep",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                "only-for-this-test",
                "-keystore",
                keys.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertTrue(made.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, made.exitValue(), () -> "see " + folder.resolve("keytool.log"));
    List<String> options = new ArrayList<>();
    for (String setting :
        List.of(
            "enabled=true",
            "protocol=TLSv1.3",
            "keyStore=" + keys,
            "keyStoreType=PKCS12",
            "keyStorePassword=only-for-this-test",
            "keyPassword=only-for-this-test",
            "trustStore=" + keys,
            "trustStoreType=PKCS12",
            "trustStorePassword=only-for-this-test")) {
      options.addAll(List.of("--conf", "spark.ssl.rpc." + setting));
    }
    return options;
  }

  @Test
  void train_digits_leavesTheFolderOfTheContract() throws Exception {
    Config metrics = trainedOn("digits", "run", "--set", "data.validationRows=200");
    Path run = folder.resolve("run");

    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertEquals("step,epoch,loss,learning_rate,examples,seconds", history.get(0));
    assertEquals(61, history.size());
    assertEquals(
        "epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,validation_loss,"
            + "validation_accuracy",
        Files.readAllLines(run.resolve("epochs.csv")).get(0));
    assertEquals(60, metrics.getInt("steps"));
    assertEquals(10, metrics.getList("classes").size());
    assertEquals(10_000, metrics.getInt("test_rows"));
    assertTrue(metrics.getDouble("seconds_training") > 0);
    Config resolved = ConfigFactory.parseFile(run.resolve("run.conf").toFile());
    assertEquals("generated digits", resolved.getString("provenance.data"));
    assertEquals(64, resolved.getString("provenance.dataSha256").length());
    assertTrue(Files.isRegularFile(run.resolve("model/weights.safetensors")));

    Outcome evaluated =
        run(
            "evaluate.sh",
            List.of("--model", run.toString(), "--data", "digits", "--out", folder + "/eval"));

    assertEquals(0, evaluated.exitCode(), evaluated.out());
    Config again = ConfigFactory.parseFile(folder.resolve("eval/metrics.json").toFile());
    assertEquals(metrics.getDouble("test_accuracy"), again.getDouble("test_accuracy"));
    assertEquals(metrics.getList("confusion"), again.getList("confusion"));
    assertEquals(metrics.getDouble("test_loss"), again.getDouble("test_loss"), 1e-6);
    assertTrue(Files.exists(folder.resolve("eval/predictions/_SUCCESS")));
  }

  @Test
  void train_resolvedRunFile_trainsTheSameAgain() throws Exception {
    String first = trained("first", "--set", "training.seed=9").getString("weights_sha256");
    Path out = folder.resolve("second");

    Outcome second =
        run(
            "train.sh",
            with(
                SMALL,
                folder.resolve("first/run.conf").toString(),
                "--data",
                data.toString(),
                "--out",
                out.toString()));

    assertEquals(0, second.exitCode(), second.out());
    assertEquals(
        first,
        ConfigFactory.parseFile(out.resolve("metrics.json").toFile()).getString("weights_sha256"));
  }

  /** A run of two executor JVMs that has made some steps. */
  private Process running(String name, String... arguments) throws Exception {
    Process train =
        start(
            "train.sh",
            with(
                List.of(
                    "--data",
                    data.toString(),
                    "--master",
                    "local-cluster[2,1,1024]",
                    "--out",
                    folder.resolve(name).toString()),
                arguments));
    Path history = folder.resolve(name).resolve("epochs.csv");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(history) || Files.readAllLines(history).size() < 2) {
      assertTrue(System.nanoTime() < deadline && train.isAlive(), () -> "no epoch: " + saidNow());
      Thread.sleep(50);
    }
    return train;
  }

  private List<ProcessHandle> executors(Process driver) {
    List<ProcessHandle> executors = driver.children().filter(SubmitIT::isExecutor).toList();
    assertEquals(2, executors.size(), "executor JVMs");
    orphans.addAll(executors);
    return executors;
  }

  @Tag("failures")
  @Test
  void train_executorKilled_goesOnWithTheSameBits() throws Exception {
    String[] threeEpochs = {"--set", "data.trainRows=12800", "--set", "training.epochs=3"};
    Process train = running("killed", threeEpochs);
    executors(train).get(0).destroyForcibly();

    assertTrue(train.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), this::saidNow);
    String out = said("train.sh");
    assertEquals(0, train.exitValue(), out);
    assertTrue(
        out.lines()
            .anyMatch(
                line ->
                    line.matches(
                        "lost    worker \\d \\(executor \\d on \\S+, shards \\d to \\d\\): .*; recovery"
                            + " 1: went on after step \\d+ with 2 of 2 workers, [0-9.]+ s lost")),
        out);
    Config metrics = ConfigFactory.parseFile(folder.resolve("killed/metrics.json").toFile());
    assertEquals(1, metrics.getInt("recoveries"));
    assertTrue(metrics.getDouble("seconds_lost") > 0);
    Outcome whole =
        run(
            "train.sh",
            with(
                List.of("--data", data.toString(), "--out", folder.resolve("whole").toString()),
                threeEpochs));
    assertEquals(0, whole.exitCode(), whole.out());
    Config reference = ConfigFactory.parseFile(folder.resolve("whole/metrics.json").toFile());
    assertEquals(reference.getString("weights_sha256"), metrics.getString("weights_sha256"));
    assertEquals(0, reference.getInt("recoveries"));
    assertEquals(0, reference.getDouble("seconds_lost"));
  }

  @Tag("failures")
  @Test
  void train_executorKilledWithoutRecovery_endsWithAClearError() throws Exception {
    Process train =
        running(
            "unrecovered",
            "--set",
            "data.trainRows=3200",
            "--set",
            "training.epochs=1000",
            "--set",
            "distributed.maxRecoveries=0");
    executors(train).get(0).destroyForcibly();

    assertTrue(train.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), this::saidNow);
    String out = said("train.sh");
    assertEquals(1, train.exitValue(), out);
    String lastLine = out.lines().reduce("", (before, line) -> line);
    assertTrue(
        lastLine.matches(
            "lockstep: A worker was lost, in epoch \\d+ after step \\d+: worker \\d \\(executor \\d on"
                + " \\S+, shards \\d to \\d\\): .*\\. distributed.maxRecoveries = 0\\. Look at that"
                + " executor's log; to see Spark's, set LOCKSTEP_LOG_LEVEL=info\\. The checkpoint"
                + " after step \\d+ is whole: \\S+ Go on from it with: submit/train.sh --resume .*"),
        out);
    assertFalse(out.contains("\tat io.lockstep"), () -> "no stack trace of ours: " + out);
  }

  @Tag("failures")
  @Test
  void train_driverKilled_executorsEndToo() throws Exception {
    Process train =
        running("orphaned", "--set", "data.trainRows=3200", "--set", "training.epochs=1000");
    List<ProcessHandle> executors = executors(train);

    train.destroyForcibly();

    for (ProcessHandle executor : executors) {
      executor.onExit().orTimeout(30, TimeUnit.SECONDS).join();
      assertFalse(executor.isAlive(), "an executor without a driver ends");
    }
  }

  private String saidNow() {
    try {
      return said("train.sh");
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean isExecutor(ProcessHandle process) {
    try {
      Path commandLine = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
      return Files.readString(commandLine).contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // it has just ended
    }
  }

  @Test
  void cluster_startTrainStop_trainsInTwoProcessesAndLeavesNothing() throws Exception {
    Outcome start = run("cluster.sh", List.of("start", "--workers", "2"));
    assertEquals(0, start.exitCode(), start.out());
    try {
      String standalone =
          trained("standalone", "--master", "spark://127.0.0.1:7077").getString("weights_sha256");

      assertEquals(trained("here").getString("weights_sha256"), standalone);
      assertTrue(
          Files.readString(folder.resolve("standalone/run.conf")).contains("workers=2"),
          "both workers took part");
    } finally {
      assertEquals("stopped 3 processes\n", run("cluster.sh", List.of("stop")).out());
    }
    assertEquals("stopped 0 processes\n", run("cluster.sh", List.of("stop")).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.lerningRate=1 | Unknown setting training.lerningRate (--set: 1); did you mean"
            + " training.optimizer.sgd.learningRate? Known settings here: averageEvery, averageWeights, batchSize,"
            + " clipNorm, epochs, gradients, keep, labelSmoothing, optimizer, patience, schedule,"
            + " seed, shards, shuffle, shuffleBlock, testEveryEpoch.",
        "training.optimizer.sgd.learningRate=NaN | sgd learningRate must be > 0 and finite, but was"
            + " NaN",
        "network.layers=[{dense{units=10}}] | network.layers[0] (dense): dense must follow a vector,"
            + " but its input is a 1 x 28 x 28 image. Put flatten before it.",
        "network.layers=[flatten,{dense{units=5}}] | Label 7 of train image 1 is outside [0, 5), the"
            + " classes of the last layer. Raise its units, or correct the label file.",
        "network.layers=[flatten,{dense{units=12}}] | network.layers must end in 10 units, one per"
            + " class of the data, but ends in 12. Use {dense {units = 10}} as the last layer with"
            + " weights.",
      })
  void train_badSetting_saysSoAndExitsWith2(String setting, String message) throws Exception {
    Path out = folder.resolve("bad");

    Outcome outcome =
        run("train.sh", List.of("--data", "digits", "--set", setting, "--out", out.toString()));

    assertEquals("lockstep: " + message + "\n", outcome.out());
    assertEquals(2, outcome.exitCode());
    assertFalse(Files.exists(out), "nothing is written");
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark://127.0.0.1:1", "nonsense"})
  void train_masterThatIsNotThere_saysSoWithoutAStackTrace(String master) throws Exception {
    Outcome outcome = run("train.sh", List.of("--data", "digits", "--master", master));

    assertTrue(outcome.exitCode() == 1 || outcome.exitCode() == 2, outcome.out());
    assertTrue(outcome.out().contains("lockstep: "), outcome.out());
    assertTrue(outcome.out().contains(master), outcome.out());
    assertFalse(outcome.out().contains("\tat "), outcome.out());
  }

  @Test
  void train_divergingLoss_namesTheStepAndExitsWith1() throws Exception {
    Outcome outcome =
        run(
            "train.sh",
            with(
                SMALL,
                "--data",
                data.toString(),
                "--set",
                "training.optimizer.sgd.learningRate=1e30",
                "--out",
                folder.resolve("diverged").toString()));

    assertEquals(1, outcome.exitCode(), outcome.out());
    assertTrue(
        outcome
            .out()
            .endsWith(
                "lockstep: Loss became NaN at epoch 1, step 2. Lower the learning rate (it is"
                    + " 1.0E30) or check the features for NaN and unscaled columns.\n"),
        outcome.out());
    assertEquals(2, Files.readAllLines(folder.resolve("diverged/history.csv")).size());
  }

  @Test
  void train_existingFolder_isLeftAlone() throws Exception {
    Path out = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(out.resolve("precious"), "kept");

    Outcome outcome =
        run("train.sh", with(SMALL, "--data", data.toString(), "--out", out.toString()));

    assertEquals(
        "lockstep: Output " + out + " must be new, but it exists. Choose another or remove it.\n",
        outcome.out());
    assertEquals(2, outcome.exitCode());
    assertEquals("kept", Files.readString(out.resolve("precious")));
  }
}

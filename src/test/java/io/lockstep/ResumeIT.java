package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are killed, stopped, damaged or short of space, as real processes. */
class ResumeIT {
  private static final long PATIENCE_SECONDS = 180;
  private static final int EPOCHS = 6;
  private static final int STEPS_PER_EPOCH = 40;
  private static final int STEPS = EPOCHS * STEPS_PER_EPOCH;

  @TempDir private Path folder;

  private final List<Process> started = new ArrayList<>();
  private Path data;
  private String driverMemory = "1g";

  /** What a process said and how it ended. */
  private record Outcome(int exitCode, String out) {}

  /** A few digits as IDX files: quicker to check than the 70,000 of {@code --data digits}. */
  @BeforeEach
  void writeData() throws IOException {
    data = DigitFiles.write(folder.resolve("data"), 10 * STEPS_PER_EPOCH, 50);
  }

  @AfterEach
  void killWhatIsLeft() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start(String... arguments) throws IOException {
    // A shell that starts tests in the background ignores SIGINT, and children inherit that.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT,TERM", "submit/train.sh"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log(started.size()).toFile());
    builder.environment().remove("SPARK_HOME"); // the one that the scripts assemble
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("SPARK_DRIVER_MEMORY", driverMemory);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Path log(int process) {
    return folder.resolve("process" + process + ".log");
  }

  private String said() throws IOException {
    return Output.of(log(started.size() - 1));
  }

  private Outcome end(Process process) throws Exception {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "still running");
    return new Outcome(process.exitValue(), said());
  }

  /** A new run of {@code conf} in the folder {@code name}, slow enough to be hit in the middle. */
  private String[] fresh(String conf, String name, String... more) {
    return freshAt("local[2]", conf, name, more);
  }

  private String[] freshAt(String master, String conf, String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "conf/" + conf + ".conf",
                "--data",
                data.toString(),
                "--master",
                master,
                "--out",
                folder.resolve(name).toString(),
                "--set",
                "training.epochs=" + EPOCHS,
                "--set",
                "training.batchSize=10",
                "--set",
                "checkpoints.everySteps=3"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private String[] resumed(String name) {
    return new String[] {
      "--resume", "--out", folder.resolve(name).toString(), "--master", "local[2]"
    };
  }

  private Config finished(String name, Process process) throws Exception {
    Outcome outcome = end(process);
    assertEquals(0, outcome.exitCode(), outcome.out());
    return ConfigFactory.parseFile(folder.resolve(name).resolve("metrics.json").toFile());
  }

  /** The step of the newest checkpoint; 0 without one. */
  private long newestStep(String name) throws IOException {
    Path checkpoints = folder.resolve(name).resolve("checkpoints");
    if (Files.notExists(checkpoints)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith("step-"))
          .mapToLong(file -> Long.parseLong(file.substring(5, 14)))
          .max()
          .orElse(0);
    }
  }

  private void awaitStep(String name, long step, Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (newestStep(name) < step && process.isAlive()) {
      assertTrue(System.nanoTime() < deadline, () -> "no checkpoint of step " + step);
      Thread.sleep(1);
    }
  }

  private void assertSameHistory(String expected, String actual) throws IOException {
    assertEquals(columns(expected, "history.csv", 5), columns(actual, "history.csv", 5));
    assertEquals(columns(expected, "epochs.csv", 5), columns(actual, "epochs.csv", 5));
  }

  private List<List<String>> columns(String name, String table, int count) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve(table)).stream()
        .map(line -> List.of(line.split(",")).subList(0, count))
        .toList();
  }

  @Tag("failures")
  @ParameterizedTest
  @CsvSource({"cnn, 1", "mlp-fixed, 2"}) // both have momentum
  void train_killedFiveTimesAtRandomSteps_endsAsIfNothingHadHappened(String conf, long seed)
      throws Exception {
    Config reference = finished("whole", start(fresh(conf, "whole")));
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> killSteps = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      killSteps.add(random.nextInt(1, STEPS - 30));
    }
    Collections.sort(killSteps);

    Process process = start(fresh(conf, "killed"));
    for (int step : killSteps) {
      awaitStep("killed", Math.max(step, newestStep("killed") + 1), process);
      process.destroyForcibly(); // SIGKILL
      assertEquals(137, end(process).exitCode(), said());
      process = start(resumed("killed"));
    }
    Config metrics = finished("killed", process);

    assertEquals(reference.getString("weights_sha256"), metrics.getString("weights_sha256"));
    assertEquals(STEPS, metrics.getInt("steps"));
    assertEquals(reference.getDouble("test_loss"), metrics.getDouble("test_loss"));
    assertTrue(metrics.getDouble("seconds_training") > 0);
    assertSameHistory("whole", "killed");
    assertEquals(6, Files.readAllLines(folder.resolve("killed/resumes.csv")).size());
  }

  @Test
  void train_stoppedBySignalsThenDamaged_resumesToTheSameBits() throws Exception {
    Config reference = finished("whole", start(fresh("cnn", "whole")));

    Process terminated = start(fresh("cnn", "run"));
    awaitStep("run", 20, terminated);
    terminated.destroy(); // SIGTERM
    Outcome outcome = end(terminated);
    assertEquals(143, outcome.exitCode(), outcome.out());
    long step = newestStep("run");
    String announced =
        String.format("stop    SIGTERM: after the step under way; a second signal ends at once%n");
    assertTrue(outcome.out().contains(announced), outcome.out()); // a slow step shows its progress
    assertTrue(
        outcome
            .out()
            .endsWith(
                String.format(
                    "stopped The checkpoint after step %d is whole: %s. Go on from it with:"
                        + " submit/train.sh --resume --out %s --master 'local[2]'%n",
                    step, checkpoint("run", step), folder.resolve("run"))),
        outcome.out());

    Process interrupted = start(resumed("run"));
    awaitStep("run", step + 20, interrupted);
    signal("INT", interrupted);
    outcome = end(interrupted);
    assertEquals(130, outcome.exitCode(), outcome.out());

    long damaged = newestStep("run");
    byte[] bytes = Files.readAllBytes(checkpoint("run", damaged));
    bytes[bytes.length / 2] ^= 1;
    Files.write(checkpoint("run", damaged), bytes);
    Process last = start(resumed("run"));
    Config metrics = finished("run", last);
    assertTrue(
        said().contains("NOTE    " + checkpoint("run", damaged) + " is damaged: its SHA-256"),
        said());

    assertEquals(reference.getString("weights_sha256"), metrics.getString("weights_sha256"));
    assertSameHistory("whole", "run");

    outcome = end(start(resumed("run")));
    assertEquals(
        String.format(
            "done    the run in %s is finished already; nothing is left to resume%n",
            folder.resolve("run")),
        outcome.out());
    assertEquals(0, outcome.exitCode());
  }

  private Path checkpoint(String name, long step) {
    return folder
        .resolve(name)
        .resolve("checkpoints")
        .resolve(String.format("step-%09d.safetensors", step));
  }

  private static void signal(String name, Process process) throws Exception {
    String pid = String.valueOf(process.pid());
    assertEquals(0, new ProcessBuilder("kill", "-" + name, pid).start().waitFor());
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void train_signalBeforeTheFirstStep_leavesNothing(String name, int exitCode) throws Exception {
    Process process = start(fresh("cnn", "early"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!said().contains("kernel  ")) { // Spark is next
      assertTrue(System.nanoTime() < deadline && process.isAlive(), said());
      Thread.sleep(5);
    }
    signal(name, process);

    Outcome outcome = end(process);
    assertEquals(exitCode, outcome.exitCode(), outcome.out());
    assertFalse(outcome.out().contains("lockstep: "), outcome.out());
    assertTrue(outcome.out().contains("SIG" + name + " before the first step"), outcome.out());
    assertTrue(Files.notExists(folder.resolve("early")), "nothing is written");
  }

  @Tag("failures")
  @Test
  void train_stepThatNeverEnds_isLeftAtTheLimit() throws Exception {
    Process process =
        start(
            freshAt(
                "local-cluster[1,1,1024]",
                "cnn",
                "stuck",
                "--set",
                "checkpoints.stopSeconds=2",
                "--set",
                "training.epochs=1000"));
    awaitStep("stuck", 3, process);
    ProcessHandle executor =
        process
            .descendants()
            .filter(p -> commandLine(p).contains("CoarseGrainedExecutorBackend"))
            .findFirst()
            .orElseThrow();
    assertEquals(0, new ProcessBuilder("kill", "-STOP", "" + executor.pid()).start().waitFor());
    Thread.sleep(200); // the step under way can't end any more
    long start = System.nanoTime();
    process.destroy();

    Outcome outcome = end(process);
    executor.destroyForcibly();
    assertEquals(143, outcome.exitCode(), outcome.out());
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30), "it did not wait long");
    assertTrue(
        outcome
            .out()
            .contains(
                "the run did not end within 2.0 s of SIGTERM; ending without it. The checkpoint after"
                    + " step "),
        outcome.out());
  }

  @Test
  void train_fullDisk_keepsTheLastCheckpointAndSaysWhatToDo() throws Exception {
    Config reference = finished("whole", start(fresh("cnn", "whole")));
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "none", small.toString()),
        "skipped: only root may mount a small filesystem");
    try {
      // A checkpoint has 177,000 bytes: the sixth does not fit any more.
      Process process = start(fresh("cnn", "small/run", "--set", "checkpoints.keep=100"));
      Outcome outcome = end(process);
      assertEquals(1, outcome.exitCode(), outcome.out());
      assertTrue(
          outcome
              .out()
              .endsWith(
                  String.format(
                      "lockstep: %s can't be written: IO: No space left on device. The checkpoint after step"
                          + " 15 is whole: %s. Go on from it with: submit/train.sh --resume --out %s"
                          + " --master 'local[2]'%n",
                      checkpoint("small/run", 18),
                      checkpoint("small/run", 15),
                      folder.resolve("small/run"))),
          outcome.out());
      assertEquals(15, newestStep("small/run"));

      assertTrue(succeeds("mount", "-o", "remount,size=40m", small.toString()));
      Config metrics = finished("small/run", start(resumed("small/run")));
      assertEquals(reference.getString("weights_sha256"), metrics.getString("weights_sha256"));
      assertSameHistory("whole", "small/run");
    } finally {
      assertTrue(succeeds("umount", small.toString()));
    }
  }

  private static boolean succeeds(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Test
  void train_networkThatTheDriverCanNotHold_isRefusedBeforeSparkStarts() throws Exception {
    driverMemory = "512m";

    Outcome outcome =
        end(
            start(
                fresh(
                    "mlp-fixed",
                    "large",
                    "--set",
                    "network.layers=[flatten,{dense{units=30000}},{dense{units=10}}]")));

    assertEquals(2, outcome.exitCode(), outcome.out());
    assertTrue(
        outcome
            .out()
            .matches(
                "lockstep: The driver's heap must have at least 518 MB for 23,850,010 parameters,"
                    + " their optimizer, 1 gradient sums and a checkpoint, but has \\d+ MB. Set"
                    + " SPARK_DRIVER_MEMORY=777m or more.\\R"),
        outcome.out());
    assertTrue(Files.notExists(folder.resolve("large")), "nothing is written");
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }
}

package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.Waiting;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import io.lockstep.training.EpochReport;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.immutable.Map$;

/** Executors of their own JVMs, killed and stopped by real signals. */
@Tag("failures")
class RecoveryIT {
  private static final int KILLS = 10;
  private static final long PATIENCE_SECONDS = 60;

  private static SparkSession spark;

  @BeforeAll
  static void open() {
    // Executors that live for seconds: start fast rather than run fast.
    String jvmOptions = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
    spark = TestSpark.localCluster("local-cluster[2,1,1024]", "recovery", jvmOptions);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  /** Executors of this JVM's session: their ids and processes. */
  private static Map<String, ProcessHandle> executors() {
    Map<String, ProcessHandle> result = new TreeMap<>();
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      List<String> command = commandLine(child);
      int id = command.indexOf("--executor-id");
      if (id >= 0) {
        result.put(command.get(id + 1), child);
      }
    }
    return result;
  }

  private static List<String> commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
      return List.of(Files.readString(file).split("\0", -1));
    } catch (IOException e) {
      return List.of(); // it has just ended
    }
  }

  @BeforeEach
  void awaitBothExecutors() {
    await("two executors are there", () -> SparkInternals.slots(spark.sparkContext()) == 2);
  }

  private static void await(String what, BooleanSupplier condition) {
    Waiting.await(PATIENCE_SECONDS, () -> what, condition);
  }

  private static void signal(String signal, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Does something at some steps, and remembers recoveries. */
  private static final class At implements TrainingListener {
    private final Map<Long, Runnable> actions;
    private final List<Recovery> recoveries = new ArrayList<>();
    private final List<Long> steps = new ArrayList<>();
    private int epochs;

    private At(Map<Long, Runnable> actions) {
      this.actions = actions;
    }

    @Override
    public void onStep(StepReport report) {
      steps.add(report.step());
      actions.getOrDefault(report.step(), () -> {}).run();
    }

    @Override
    public void onEpoch(EpochReport report) {
      epochs++;
    }

    @Override
    public void onRecovery(Recovery recovery) {
      recoveries.add(recovery);
    }
  }

  private static SmallRun run(Network network) {
    return new SmallRun(network, 300, 20, 4, true); // 2 epochs of 15 steps
  }

  private static DistributedConfig config(double slotWaitSeconds, double reportWaitSeconds) {
    return new DistributedConfig(
        0, Synchronization.BARRIER, slotWaitSeconds, reportWaitSeconds, KILLS);
  }

  private static At train(
      SmallRun run, Synchronization mode, DistributedConfig config, Map<Long, Runnable> actions) {
    return train(run, actions, listener -> run.distributed(2, mode, listener, config));
  }

  private static At trainAmongWorkers(
      SmallRun run, DistributedConfig config, Map<Long, Runnable> actions) {
    return train(run, actions, listener -> run.amongWorkers(2, listener, config));
  }

  private static At train(
      SmallRun run, Map<Long, Runnable> actions, Function<TrainingListener, String> training) {
    At listener = new At(actions);

    assertEquals(run.local(), training.apply(listener));

    assertEquals(30, listener.steps.size(), "every step once");
    assertEquals(2, listener.epochs);
    return listener;
  }

  private static Map<Long, Runnable> at(List<Long> steps, Consumer<List<ProcessHandle>> action) {
    return steps.stream()
        .collect(
            Collectors.toMap(
                step -> step, step -> () -> action.accept(List.copyOf(executors().values()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp"})
  void train_executorKilledAtTenSteps_keepsTheBits(String name) {
    SmallRun run = run(name.equals("cnn") ? SmallRun.NETWORK : SmallRun.MLP);
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Long> steps =
        random.longs(1, 30).distinct().limit(KILLS).sorted().boxed().toList(); // 1 to 29

    At told =
        train(
            run,
            Synchronization.BARRIER,
            config(PATIENCE_SECONDS, PATIENCE_SECONDS),
            at(steps, both -> signal("KILL", both.get(random.nextInt(both.size())))));

    assertEquals(steps, told.recoveries.stream().map(Recovery::steps).toList());
    for (Recovery recovery : told.recoveries) {
      assertEquals(2, recovery.workersAfter());
      assertTrue(
          recovery.lost().matches("worker [01] \\(executor \\d+ on .*, shards . to .\\): .*"),
          recovery.lost());
    }
    List<Long> lostNanos = told.recoveries.stream().map(Recovery::lostNanos).sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%s: seconds lost by each of %d kills: median %.2f, max %.2f%n",
        name,
        KILLS,
        lostNanos.get(KILLS / 2) / 1e9,
        lostNanos.get(KILLS - 1) / 1e9);
  }

  @Test
  void train_bothExecutorsKilledAtOnce_keepsTheBits() {
    At told =
        train(
            new SmallRun(SmallRun.EVERY_LAYER, 300, 20, 4, true, SmallRun.EVERYTHING),
            Synchronization.BARRIER,
            config(PATIENCE_SECONDS, PATIENCE_SECONDS),
            at(List.of(17L), both -> both.forEach(executor -> signal("KILL", executor))));

    assertEquals(List.of(17L), told.recoveries.stream().map(Recovery::steps).toList());
  }

  @Test
  void train_executorKilledInJobMode_keepsTheBits() {
    At told =
        train(
            run(SmallRun.NETWORK),
            Synchronization.JOB,
            config(PATIENCE_SECONDS, PATIENCE_SECONDS),
            at(List.of(7L), both -> signal("KILL", both.get(1))));

    assertEquals(List.of(), told.recoveries, "lost tasks are Spark's business");
  }

  @Test
  void train_executorThatHangs_isReplacedAndTheBitsAreKept() {
    List<ProcessHandle> stopped = new ArrayList<>();
    At told =
        train(
            run(SmallRun.MLP),
            Synchronization.BARRIER,
            config(PATIENCE_SECONDS, 3),
            at(
                List.of(11L),
                both -> {
                  stopped.add(both.get(0));
                  signal("STOP", both.get(0));
                }));

    assertEquals(1, told.recoveries.size());
    Recovery recovery = told.recoveries.get(0);
    assertTrue(
        recovery.lost().matches("no report of worker . \\(executor .*, shards . to .\\) for 3 s"),
        recovery.lost());
    assertEquals(2, recovery.workersAfter());
    stopped.get(0).onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    assertFalse(stopped.get(0).isAlive());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICES", "PEERS"})
  void train_holderOfTheStateKilled_goesBackToTheLastOneWithTheSameBits(Topology topology) {
    SplittableRandom random = new SplittableRandom(11);
    At told =
        trainAmongWorkers(
            run(SmallRun.MLP),
            gatheringEvery(4, topology),
            at(
                List.of(3L, 11L, 22L),
                both -> signal("KILL", both.get(random.nextInt(both.size())))));

    assertEquals(List.of(0L, 8L, 19L), told.recoveries.stream().map(Recovery::steps).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICES", "PEERS"})
  void train_holderOfTheStateThatHangs_isReplacedAndTheBitsAreKept(Topology topology) {
    At told =
        trainAmongWorkers(
            run(SmallRun.MLP),
            gatheringEvery(4, topology),
            at(List.of(11L), both -> signal("STOP", both.get(0))));

    assertEquals(List.of(8L), told.recoveries.stream().map(Recovery::steps).toList());
    String lost = told.recoveries.get(0).lost();
    assertTrue(
        lost.matches("no report of worker . \\(executor [^()]*, shards . to .\\) for 3 s"), lost);
  }

  /** The state every so many steps, and at the end of each epoch of 15. */
  private static DistributedConfig gatheringEvery(int steps, Topology topology) {
    return new DistributedConfig(
        0, Synchronization.BARRIER, PATIENCE_SECONDS, 3, KILLS, topology, steps, RowStorage.AUTO);
  }

  @Test
  void train_executorThatDoesNotComeBack_goesOnWithFewerWorkersAndTheSameBits() {
    try {
      At told =
          train(
              run(SmallRun.NETWORK),
              Synchronization.BARRIER,
              config(2, PATIENCE_SECONDS),
              Map.of(9L, () -> killForGood(executors().keySet().iterator().next())));

      assertEquals(
          List.of("2 to 1"),
          told.recoveries.stream()
              .map(r -> r.workersBefore() + " to " + r.workersAfter())
              .toList());
    } finally {
      requestExecutors(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"BARRIER, 2", "JOB, 1"})
  void train_noExecutorComesBack_endsWithinTheLimitAndSaysSo(Synchronization mode, int wanted) {
    SmallRun run = run(SmallRun.MLP);
    String message =
        "No executor started at local-cluster[2,1,1024]: wanted %d slots, saw 0 within 1 s. Look at"
            + " the cluster's page: are there workers with 1g free memory and 1 free cores? Then"
            + " raise distributed.slotWaitSeconds.";
    At killing =
        new At(
            Map.of(
                5L,
                () -> {
                  requestExecutors(0);
                  executors().keySet().forEach(RecoveryIT::killForGood);
                }));
    try {
      RunFailedException e =
          assertThrows(
              RunFailedException.class,
              () -> run.distributed(2, mode, killing, config(1, PATIENCE_SECONDS)));
      assertEquals(String.format(message, wanted), e.getMessage());

      e =
          assertThrows(
              RunFailedException.class,
              () -> Crew.resolve(TestSpark.context(), config(1, 1).withCrew(2, mode), 4));
      assertEquals(String.format(message, wanted), e.getMessage());
    } finally {
      requestExecutors(2);
    }
  }

  /** Asks Spark to kill an executor and not to replace it; returns when it is gone. */
  private static void killForGood(String executor) {
    ProcessHandle process = executors().get(executor);
    spark.sparkContext().killExecutor(executor);
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private static void requestExecutors(int number) {
    spark.sparkContext().requestTotalExecutors(number, 0, Map$.MODULE$.empty());
  }

  @Test
  void restore_executorKilled_cachesItsShardsAgain() {
    SmallRun run = run(SmallRun.MLP);
    try (ShardedData data = run.deal(TestSpark.digits(Split.TRAIN, run.trainRows()), 2)) {
      assertEquals(2, cachedPartitions(data));
      signal("KILL", executors().values().iterator().next());
      await("the loss is noticed", () -> cachedPartitions(data) < 2);

      data.restore(TestSpark.context(), config(PATIENCE_SECONDS, PATIENCE_SECONDS));

      assertEquals(2, cachedPartitions(data));
      assertEquals(run.local(), run.distributed(data, 2, Synchronization.JOB));
    }
  }

  private static int cachedPartitions(ShardedData data) {
    int cached = 0;
    for (RDDInfo info : spark.sparkContext().getRDDStorageInfo()) {
      cached += info.id() == data.groups().id() ? info.numCachedPartitions() : 0;
    }
    return cached;
  }
}

package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.TestSpark;
import io.lockstep.lanes.KernelChoice;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executors that compute in different ways, as on machines of different kinds: the same bits. */
class MixedClusterIT {
  private static final long WAIT_MILLIS = 60_000;

  private static SparkSession spark;

  @BeforeAll
  static void open() throws InterruptedException {
    spark = TestSpark.localCluster("local-cluster[2,2,1024]", "mixed", "");
    long deadline = System.currentTimeMillis() + WAIT_MILLIS;
    while (SparkInternals.slots(spark.sparkContext()) < 4) {
      if (System.currentTimeMillis() > deadline) {
        throw new IllegalStateException("the executors did not come");
      }
      Thread.sleep(50);
    }
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void weights_executorsOfDifferentKinds_areThoseOfTheReference(int workers) {
    assertEquals(
        Set.of("0 plain Java, as lockstep.vectors wishes", "1 vectors of 4 floats"), kinds());

    SmallRun run = new SmallRun(700, 48, 4, true);

    assertEquals(run.local(), run.distributed(workers, Synchronization.BARRIER));

    SmallRun every = new SmallRun(SmallRun.EVERY_LAYER, 700, 48, 4, true, SmallRun.EVERYTHING);
    assertEquals(every.local(), every.distributed(workers, Synchronization.BARRIER));
  }

  /** What each executor computes with: told before it computes for the first time. */
  private static Set<String> kinds() {
    List<Integer> tasks = IntStream.range(0, 8).boxed().toList();
    return new TreeSet<>(
        TestSpark.context()
            .parallelize(tasks, tasks.size())
            .map(
                task -> {
                  Thread.sleep(300); // so that every slot gets some
                  String executor = SparkEnv.get().executorId();
                  System.setProperty("lockstep.vectors", executor.equals("0") ? "plain" : "128");
                  return executor + " " + KernelChoice.description();
                })
            .collect());
  }
}

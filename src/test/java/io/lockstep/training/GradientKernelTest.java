package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.lockstep.data.Dealer;
import io.lockstep.data.RowSchedule;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientKernelTest {
  private static final String CNN =
      """
      [{conv2d {filters = 4, kernel = 5}}, {maxPool2d {kernel = 2}}, relu
       {conv2d {filters = 6, kernel = 5}}, {maxPool2d {kernel = 2}}, relu
       flatten, {dense {units = 20}}, {dense {units = 10}}]
      """;

  private static final String MLP = "[flatten, {dense {units = 50}}, relu, {dense {units = 10}}]";

  private static final String STRIDED =
      """
      [{conv2d {filters = 6, kernel = 5, stride = 2, padding = 2}}, relu
       {avgPool2d {kernel = 3, stride = 1, padding = 1}}
       {maxPool2d {kernel = 3, stride = 2, padding = 1}}, relu
       flatten, {dense {units = 10}}]
      """;

  private static final int SHARDS = 2;
  private static final int BATCH = 25;

  /** Steps in a row that must not allocate. */
  private static final int STEPS = 20;

  /** What {@link #STEPS} steps may allocate for lists of sums; a vector alone takes 150 kB. */
  private static final long LISTS = STEPS * 500;

  /** Until C2 has compiled the vectors, the plain twin computes, with an array for each call. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final List<Shard> shards = Dealer.deal(Runs.TRAIN, SHARDS);

  @ParameterizedTest
  @ValueSource(strings = {CNN, MLP, STRIDED})
  void takeAndFinish_onceCompiled_allocateNothing(String layers) {
    Network network = Runs.network(layers);
    float[] weights = Runs.weights(network);
    RowSchedule schedule = plan(network).schedule();
    GradientKernel kernel = new GradientKernel(plan(network), SHARDS);
    GradientSum[] sums = {
      new GradientSum(network.parameterCount()), new GradientSum(network.parameterCount())
    };
    int[][] orders = {schedule.order(1, 0), schedule.order(1, 1)};
    RowSchedule.Range[] ranges = {schedule.range(0, 0), schedule.range(0, 1)};

    long bytes =
        leastAllocated(
            0,
            () -> {
              for (int shard = 0; shard < SHARDS; shard++) {
                kernel.take(
                    weights,
                    1,
                    shards.get(shard),
                    orders[shard],
                    ranges[shard],
                    sums[shard],
                    false);
              }
              kernel.finish(weights);
            });

    assertEquals(0, bytes);
  }

  /** Layers may keep what they make of the weights for a step's other shares, but no longer. */
  @ParameterizedTest
  @ValueSource(strings = {CNN, MLP, STRIDED})
  void run_afterOtherWeights_hasTheBitsOfANewWorker(String layers) {
    Network network = Runs.network(layers);
    float[] weights = Runs.weights(network);
    ShardWorker worker = worker(network);
    for (Work.Kind kind : List.of(Work.Kind.GRADIENT, Work.Kind.TEST, Work.Kind.GRADIENT)) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.nextUp(weights[i]) * 1.01f;
      }
      Work work = new Work(1, kind, 1, 0, weights);

      assertEquals(bits(worker(network).run(work)), bits(worker.run(work)), kind.name());
    }
  }

  private ShardWorker worker(Network network) {
    Map<Split, List<Shard>> rows = Map.of(Split.TRAIN, shards, Split.TEST, shards);
    return new ShardWorker(plan(network), new ShardGroup(0, rows));
  }

  private static String bits(List<RangeSum> sums) {
    StringBuilder bits = new StringBuilder();
    for (RangeSum sum : sums) {
      if (sum.sum() instanceof GradientSum gradient) {
        bits.append(gradient.lossSum()).append(Arrays.toString(gradient.gradient()));
      } else {
        bits.append(((EvaluationSum) sum.sum()).meanLoss());
      }
    }
    return bits.toString();
  }

  @Test
  void run_anyStep_allocatesNoVector() {
    Network network = Runs.network(MLP);
    float[] weights = Runs.weights(network);
    ShardWorker worker = worker(network);
    Work work = new Work(1, Work.Kind.GRADIENT, 1, 0, weights);

    long bytes = leastAllocated(LISTS, () -> worker.run(work));

    assertTrue(bytes <= LISTS, () -> bytes + " bytes in " + STEPS + " steps");
  }

  private static RunPlan plan(Network network) {
    return Runs.plan(network, Runs.config(1, BATCH, SHARDS), Runs.TRAIN.rows());
  }

  /** The least that {@link #STEPS} steps in a row allocate, tried until that is {@code enough}. */
  private long leastAllocated(long enough, Runnable step) {
    long self = Thread.currentThread().getId();
    long end = System.nanoTime() + LIMIT.toNanos();
    long least = Long.MAX_VALUE;
    while (least > enough && System.nanoTime() < end) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < STEPS; i++) {
        step.run();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
    }
    return least;
  }
}

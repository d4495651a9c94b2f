package io.lockstep.training;

import io.lockstep.BenchmarkedRun;
import io.lockstep.WorkDone;
import io.lockstep.base.Seeds;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.lanes.WarmKernels;
import io.lockstep.network.Initializer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A step of one worker among two: its shards' shares of a batch, from their bytes to the sum of
 * their gradients.
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec -Djmh=StepBenchmark</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBenchmark {
  /** More than the caches near the core hold, as in a run. */
  private static final int ROWS = 15_000;

  @Param({"cnn", "mlp", "softmax"})
  private String run;

  private int images;
  private long flops;
  private RunPlan plan;
  private ShardWorker worker;
  private float[] weights;
  private int step;

  @Setup
  public void setUp() throws InterruptedException {
    BenchmarkedRun benchmarked = BenchmarkedRun.of(run);
    int batch = benchmarked.shards() * benchmarked.share();
    TrainingConfig training =
        new TrainingConfig(
            1, batch, true, 42, benchmarked.shards(), Sgd.DEFAULTS, new ConstantSchedule());
    plan = RunPlan.of(benchmarked.network(), benchmarked.normalization(), training, ROWS);
    worker = new ShardWorker(plan, digits(benchmarked.shards()));
    images = batch;
    flops = plan.network().stepFlops();
    weights = Initializer.Scheme.DEFAULTS.draw(plan.network(), new Seeds(42));
    WarmKernels.await();
  }

  private static ShardGroup digits(int shards) {
    List<Shard> dealt = Dealer.deal(Digits.draw(Split.TRAIN, ROWS), shards);
    return new ShardGroup(0, Map.of(Split.TRAIN, dealt));
  }

  @Benchmark
  public List<RangeSum> step(WorkDone work) {
    step = (step + 1) % plan.schedule().stepsPerEpoch();
    work.add(images, flops);
    return worker.run(new Work(0, Work.Kind.GRADIENT, 1, step, weights));
  }
}

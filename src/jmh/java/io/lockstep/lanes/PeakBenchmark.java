package io.lockstep.lanes;

import io.lockstep.WorkDone;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The most that a core can compute, see {@link VectorPeak}.
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec -Djmh=PeakBenchmark</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakBenchmark {
  private final float[] values = VectorPeak.newValues();

  /** Measures once without JMH, which ends when C2 has compiled the loop. */
  @Setup
  public void compile() {
    KernelChoice.measurePeak().orElseThrow(() -> new IllegalStateException("no vectors here"));
  }

  @Benchmark
  public float[] fusedMultiplyAdds(WorkDone work) {
    VectorPeak.chains(values);
    work.kiloflop += 1e-3 * VectorPeak.FLOPS;
    return values;
  }
}

package io.lockstep;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the calls of a benchmark did. JMH divides the time by each counter, and {@link Benchmarks}
 * makes a table of the quotients.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class WorkDone {
  public double images;

  /** 10^3 floating-point operations: one of them a microsecond is a GFLOP/s. */
  public double kiloflop;

  /** Counts {@code ofImages} images of {@code flops} each. */
  public void add(int ofImages, long flops) {
    images += ofImages;
    kiloflop += 1e-3 * ofImages * flops;
  }
}

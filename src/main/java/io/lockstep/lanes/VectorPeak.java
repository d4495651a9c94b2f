package io.lockstep.lanes;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What one core can do at most: fused multiply-adds that wait for nothing but themselves. */
final class VectorPeak implements DoubleSupplier {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;

  private static final int ROUNDS = 2_000;
  private static final int CALLS = 5_000;
  private static final int REPEATS = 20;
  private static final int CHAINS = 10;

  /** Floating-point operations of a call of {@link #chains}. */
  static final double FLOPS = 2.0 * ROUNDS * CHAINS * SPECIES.length();

  VectorPeak() {}

  /** Billions of floating-point operations a second, the best of several. */
  @Override
  public double getAsDouble() {
    float[] values = newValues();
    double best = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        chains(values);
      }
      best = Math.max(best, CALLS * FLOPS / (System.nanoTime() - start));
    }
    return best;
  }

  /** What {@link #chains} computes on. */
  static float[] newValues() {
    float[] values = new float[2 * Lanes.COUNT];
    Arrays.fill(values, 0.5f);
    return values;
  }

  static void chains(float[] values) {
    FloatVector x = FloatVector.fromArray(SPECIES, values, 0);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, x);
      b = b.fma(x, x);
      c = c.fma(x, x);
      d = d.fma(x, x);
      e = e.fma(x, x);
      f = f.fma(x, x);
      g = g.fma(x, x);
      h = h.fma(x, x);
      i = i.fma(x, x);
      j = j.fma(x, x);
    }
    FloatVector all = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    all.intoArray(values, Lanes.COUNT);
  }
}

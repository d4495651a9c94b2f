package io.lockstep.lanes;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Runs every loop of the vector kernels on tiny problems until C2 has compiled it. Before that,
 * each vector is an object: three hundred steps of a small CNN take 4 seconds instead of a tenth.
 * So a loop that allocates nothing is compiled.
 */
final class WarmUp {
  private static final long LIMIT_NANOS = 60_000_000_000L;

  /** Calls between two looks. */
  private static final int CALLS = 200;

  /** Looks in a row without a byte allocated, to be sure. */
  private static final int CLEAN = 3;

  private static final int ROWS = 5;
  private static final int SIZE = 8;

  private final Kernels kernels;
  private final float[] a = new float[4 * SIZE * SIZE * Lanes.COUNT];
  private final float[] b = new float[4 * SIZE * SIZE * Lanes.COUNT];
  private final float[] c = new float[4 * SIZE * SIZE * Lanes.COUNT];
  private final float[] scratch = new float[Kernels.SCRATCH];
  private final int[] places = Terms.multiples(/* count= */ SIZE, Lanes.COUNT);
  private final int[] taps = Terms.multiples(4, Lanes.COUNT);
  private final Terms terms = Terms.strided(/* count= */ SIZE, 1, Lanes.COUNT);
  private final List<Columns> columns =
      List.of(columns(1), columns(2), columns(SIZE)); // both widths of a block
  private final Kernels.First ofRows = Kernels.First.ofRows(a);

  private WarmUp(Kernels kernels) {
    this.kernels = kernels;
  }

  private static Columns columns(int count) {
    int[] vectors = Terms.multiples(count, Lanes.COUNT);
    return Columns.of(vectors, vectors);
  }

  /** Returns whether {@code kernels} are fast now; never, where vectors stay objects. */
  static boolean of(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long start = System.nanoTime();
    int clean = 0;
    while (clean < CLEAN && System.nanoTime() - start < LIMIT_NANOS) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < CALLS; i++) {
        warmUp.callAll();
      }
      clean = threads.getThreadAllocatedBytes(self) == before ? clean + 1 : 0;
    }
    return clean == CLEAN;
  }

  private void callAll() {
    for (int i = 0; i < columns.size(); i++) {
      Columns some = columns.get(i);
      kernels.sumScaled(
          a, 0, SIZE, b, 0, terms, 0, SIZE, ofRows, c, 0, SIZE * Lanes.COUNT, ROWS, some, false);
      kernels.sumScaled(
          a,
          0,
          SIZE,
          b,
          0,
          terms,
          0,
          SIZE,
          Kernels.First.zero(),
          c,
          0,
          SIZE * Lanes.COUNT,
          ROWS,
          some,
          true);
    }
    kernels.sumProducts(
        a, 0, SIZE * Lanes.COUNT, ROWS, b, 0, taps, places, c, 0, taps.length, true, scratch);
    kernels.sumRows(a, 0, SIZE * Lanes.COUNT, ROWS, SIZE, c, 0, false, scratch);
    kernels.maxPool(a, places, taps, b, c);
    kernels.maxPoolGradient(b, c, places, taps, a, true);
    kernels.maxPoolGradient(b, c, places, taps, a, false);
  }
}

package io.lockstep.lanes;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Runs every loop of the vector kernels on small problems until C2 has compiled it. Before that,
 * each vector is an object: three hundred steps of a small CNN take 4 seconds instead of a tenth.
 * So a loop that allocates nothing is compiled.
 *
 * <p>The problems take every branch, both ways: C2 leaves out what it has not seen, and code that
 * then needs it falls back to objects until it is compiled again.
 */
final class WarmUp {
  static final Duration LIMIT = Duration.ofSeconds(60);

  /** Rounds between two looks. */
  private static final int ROUNDS = 4;

  /** Looks in a row without a byte allocated, to be sure. */
  private static final int CLEAN = 3;

  private static final int MOST_ROWS = 11;
  private static final int MOST_COLUMNS = 9;
  private static final int PLACES = 8;
  private static final int TERMS = 4;

  /** More than sums of products take together; in threes. */
  private static final int MOST_TAPS = 84;

  /** As many taps of a pooling as have a loop of their own. */
  private static final int OWN_TAPS = 4;

  /** Sixteen rows and some more, of more columns than are turned together. */
  private static final int BYTE_ROWS = 17;

  private static final int BYTE_COLUMNS = 71;

  private final Kernels kernels;
  private final float[] a = new float[MOST_ROWS * MOST_COLUMNS * Lanes.COUNT];
  private final float[] b = new float[a.length];
  private final float[] c = new float[a.length];
  private final Vectors scratch = VectorMemory.small().zeros(Kernels.SCRATCH);
  private final float[] winners = new float[a.length];
  private final ByteRows meaning = new ByteRows(0.5f, 0.25f);
  private final byte[] bytes = new byte[BYTE_ROWS * BYTE_COLUMNS];
  private final int[] words = new int[Kernels.WORDS];
  private final int row = MOST_COLUMNS * Lanes.COUNT;
  private final int[] windows = Distances.multiples(PLACES, Lanes.COUNT);
  private final int[][] taps = new int[MOST_COLUMNS + 1][];
  private final Distances places = Distances.of(windows);
  private final Distances[][] weights = new Distances[MOST_COLUMNS + 1][];
  private final Columns[] columns = new Columns[MOST_COLUMNS + 1];
  private final Distances[] terms = {
    Distances.strided(TERMS, 0), Distances.strided(TERMS, Lanes.COUNT), // the second slides
  };
  private final Scales[] scales = new Scales[MOST_ROWS + 1];
  private final Kernels.First[] firsts = {Kernels.First.zero(), Kernels.First.ofRows(a)};

  private WarmUp(Kernels kernels) {
    this.kernels = kernels;
    for (int rows = 0; rows <= MOST_ROWS; rows++) {
      scales[rows] = Scales.of(rows, new int[TERMS]);
      scales[rows].pack(a, 0, 1, rows);
    }
    for (int count = 0; count <= MOST_COLUMNS; count++) {
      taps[count] = new int[count];
      weights[count] = weights(count == MOST_COLUMNS ? MOST_TAPS : count);
      int[] vectors = Distances.multiples(count, Lanes.COUNT);
      columns[count] = Columns.of(vectors, vectors);
    }
  }

  /** One by one, and in runs of each length that a kernel knows. */
  private static Distances[] weights(int count) {
    int[] threes = new int[count];
    for (int i = 0; i < count; i++) {
      threes[i] = (i / 3 + i % 3) * Lanes.COUNT;
    }
    return new Distances[] {
      Distances.of(new int[count]),
      Distances.of(Distances.multiples(count, Lanes.COUNT)),
      Distances.of(threes)
    };
  }

  /** Returns whether {@code kernels} are fast now; never, where vectors stay objects. */
  static boolean of(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long start = System.nanoTime();
    int clean = 0;
    while (clean < CLEAN && System.nanoTime() - start < LIMIT.toNanos()) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < ROUNDS; i++) {
        warmUp.round();
      }
      clean = threads.getThreadAllocatedBytes(self) == before ? clean + 1 : 0;
    }
    return clean == CLEAN;
  }

  private void round() {
    for (int count = 0; count <= MOST_COLUMNS; count++) {
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        boolean add = (count + rows) % 2 == 0;
        for (Kernels.First first : firsts) {
          for (Distances of : terms) {
            int to = (count + rows) % (TERMS + 1);
            kernels.sumScaled(scales[rows], b, 0, of, 0, to, first, c, 0, row, columns[count], add);
          }
        }
        for (Distances of : weights[count]) {
          kernels.sumProducts(a, 0, 1, rows, b, 0, of, places, c, 0, MOST_TAPS, add, scratch);
        }
      }
      kernels.interleave(a, 0, 1, count * (Lanes.COUNT + 1), c, 0);
      kernels.sumRows(a, 0, 1, count, count, c, 0, count % 2 == 0, scratch);
      pool(taps[Math.max(1, count)], count % 2 == 0);
      pool(taps[OWN_TAPS], count % 2 == 0);
      kernels.putBytes(meaning, bytes, 0, BYTE_COLUMNS, BYTE_ROWS, c, 0, BYTE_ROWS, words);
    }
  }

  private void pool(int[] of, boolean disjoint) {
    kernels.maxPool(a, windows, of, b, winners);
    kernels.maxPoolGradient(a, winners, windows, of, b, disjoint);
  }
}

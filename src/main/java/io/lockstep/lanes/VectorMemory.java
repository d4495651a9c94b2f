package io.lockstep.lanes;

/**
 * Memory in which vectors begin where cache lines do, for one thread: a vector across two lines is
 * fetched twice. Where they begin changes no bit.
 *
 * <p>It is cut from large arrays, for the G1 collector, the default of a server: that puts an array
 * of half a region or more at the start of a region, and leaves it there. Other collectors put
 * arrays, and move them, anywhere.
 */
public final class VectorMemory {
  /** Values from an array's first to a cache line's: 64 bytes less the 16 of an array's head. */
  private static final int FIRST = 12;

  /** Values of a large array. */
  private static final int LARGE =
      Jvm.flag("G1HeapRegionSize").map(Integer::parseInt).orElse(0) / 2 / Float.BYTES;

  private final int least;
  private float[] array = {};
  private int next;

  private VectorMemory(int least) {
    this.least = least;
  }

  /** For long work: takes arrays of at least half a region of G1's. */
  public static VectorMemory large() {
    return of(LARGE);
  }

  /** For short work: takes what is asked for, which G1 may put anywhere too. */
  public static VectorMemory small() {
    return of(0);
  }

  /** Cut from arrays of at least {@code least} values. */
  static VectorMemory of(int least) {
    return new VectorMemory(least);
  }

  /**
   * Vectors of zeros.
   *
   * @param count of values; a multiple of {@link Lanes#COUNT}
   */
  public Vectors zeros(int count) {
    if (count > array.length - next) {
      array = new float[Math.max(least, Math.addExact(FIRST, count))];
      next = FIRST;
    }
    Vectors vectors = new Vectors(array, next, count);
    next += count;
    return vectors;
  }
}

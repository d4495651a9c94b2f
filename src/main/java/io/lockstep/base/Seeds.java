package io.lockstep.base;

import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * Derives every random stream of a run from one seed, so a rerun repeats and a retried Spark task
 * repeats its first attempt.
 *
 * <p>A stream is named by what it is for and where it is used, never by how often something was
 * called before: {@code seeds.stream(Purpose.SHUFFLE, epoch, shard)}.
 *
 * @param root the run's seed
 */
public record Seeds(long root) implements Serializable {
  /** 2^64 divided by the golden ratio: the steps of {@link SplittableRandom}'s sequence. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** What a stream is for. The numbers are part of the arithmetic: never reuse or change one. */
  public enum Purpose {
    INITIAL_WEIGHTS(1),
    SHUFFLE(2),
    DIGITS(3),
    LAYERS(4),
    AUGMENTATION(5),
    TABLE(6);

    private final long number;

    Purpose(long number) {
      this.number = number;
    }
  }

  /** The stream for {@code purpose} at {@code position}; equal arguments give equal streams. */
  public SplittableRandom stream(Purpose purpose, long... position) {
    long seed = of(purpose);
    for (long coordinate : position) {
      seed = at(seed, coordinate);
    }
    return new SplittableRandom(seed);
  }

  /**
   * Where the random numbers of one example start, in an epoch of a run: see {@link #number}.
   *
   * @param row within the shard
   */
  public long key(Purpose purpose, int epoch, int shard, int row) {
    return at(at(at(of(purpose), epoch), shard), row);
  }

  private long of(Purpose purpose) {
    return mix(root ^ mix(purpose.number));
  }

  private static long at(long seed, long coordinate) {
    return mix(seed ^ mix(coordinate + GOLDEN));
  }

  /** The random number at place {@code index} of the sequence that starts at {@code key}. */
  public static long number(long key, long index) {
    return mix(key + (index + 1) * GOLDEN);
  }

  /** Stafford's variant 13 of the MurmurHash3 finaliser, as in {@link SplittableRandom}. */
  private static long mix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}

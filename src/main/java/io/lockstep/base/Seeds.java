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

  /** What a stream is for. The numbers are part of the arithmetic: never reuse or change one. */
  public enum Purpose {
    INITIAL_WEIGHTS(1),
    SHUFFLE(2),
    DIGITS(3);

    private final long number;

    Purpose(long number) {
      this.number = number;
    }
  }

  /** The stream for {@code purpose} at {@code position}; equal arguments give equal streams. */
  public SplittableRandom stream(Purpose purpose, long... position) {
    long seed = mix(root ^ mix(purpose.number));
    for (long coordinate : position) {
      seed = mix(seed ^ mix(coordinate + 0x9E3779B97F4A7C15L));
    }
    return new SplittableRandom(seed);
  }

  /** Stafford's variant 13 of the MurmurHash3 finaliser, as in {@link SplittableRandom}. */
  private static long mix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}

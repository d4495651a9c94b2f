package io.lockstep.training;

/**
 * How often a session gathers the state that others hold: after so many steps, or as seldom as
 * keeps the gathering at {@link #MOST} of the time. After a loss the steps since then are made
 * again.
 */
public final class StatePace {
  /** What part of the time the gathering may take, where the steps are not given. */
  public static final double MOST = 0.02;

  /** What the first one is taken to cost, before it was measured. */
  private static final long GUESS_NANOS = 50_000_000;

  private final int everySteps;
  private long costNanos = GUESS_NANOS;

  /**
   * A pace.
   *
   * @param everySteps steps between two states; 0 for what costs {@link #MOST}
   */
  public StatePace(int everySteps) {
    this.everySteps = everySteps;
  }

  /** Whether it is time, {@code steps} and {@code nanos} of training after the last one. */
  boolean isDue(long steps, long nanos) {
    return everySteps > 0 ? steps >= everySteps : nanos * MOST >= costNanos;
  }

  /** Steps until it is time, {@code steps} after the last one, as far as that is known; &ge; 1. */
  long stepsLeft(long steps) {
    return everySteps > 0 ? Math.max(1, everySteps - steps) : Long.MAX_VALUE;
  }

  /** The last one took {@code nanos}. */
  void took(long nanos) {
    costNanos = nanos;
  }
}

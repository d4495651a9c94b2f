package io.lockstep.training;

/**
 * How many steps are reported together by those who make them: as many as take about {@link
 * #INTERVAL_NANOS}. A report costs a message to the driver and one back, a run that is to stop
 * waits for the next one.
 */
public final class ReportPace {
  /** The most steps that one report holds. */
  public static final int MOST = 64;

  private static final long INTERVAL_NANOS = 50_000_000;

  private int steps = 1;

  /** Steps of the next report; &ge; 1. */
  int steps() {
    return steps;
  }

  /** The last report's {@code made} steps took {@code nanos}. */
  void took(int made, long nanos) {
    long inTime = INTERVAL_NANOS * made / Math.max(1, nanos);
    steps = (int) Math.max(1, Math.min(inTime, Math.min(2L * steps, MOST)));
  }
}

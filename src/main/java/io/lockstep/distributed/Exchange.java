package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;

/** A worker's line to the driver. Owned by one thread. */
interface Exchange extends AutoCloseable {
  /** Says that worker is there, and waits for the first work. */
  Work join(String where) throws InterruptedException;

  /**
   * Hands in the sums of round {@code round} and waits for the next work.
   *
   * @throws RunFailedException if the driver does not answer in time, or refuses
   */
  Work report(long round, List<RangeSum> sums, long kernelNanos) throws InterruptedException;

  /** Says that this worker can't compute its part, which ends the run. */
  void broke(String what) throws InterruptedException;

  @Override
  void close();
}

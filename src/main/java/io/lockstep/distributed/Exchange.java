package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;
import java.util.function.Function;

/** A worker's line to the driver. Used by one thread at a time. */
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

  /**
   * Joins, and has {@code kernel} do what the driver hands out, until that is to stop.
   *
   * @param kernel from a work to its sums; its exception is told to the driver and thrown here, its
   *     error only thrown
   * @return rounds done
   * @throws RunFailedException if the driver does not answer in time, or refuses
   * @throws InterruptedException if this thread was interrupted; the kernel is at rest then
   */
  default long serve(String where, Function<Work, List<RangeSum>> kernel)
      throws InterruptedException {
    long rounds = 0;
    Work work = join(where);
    while (work.kind() != Work.Kind.STOP) {
      long start = System.nanoTime();
      List<RangeSum> sums;
      try {
        sums = kernel.apply(work);
      } catch (RuntimeException e) {
        broke(e.toString());
        throw e;
      }
      work = report(work.round(), sums, System.nanoTime() - start);
      rounds++;
    }
    return rounds;
  }

  @Override
  void close();
}

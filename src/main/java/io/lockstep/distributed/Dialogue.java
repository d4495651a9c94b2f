package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;
import java.util.function.Function;

/** An exchange in which a worker reports to the driver, and waits for its answer. */
interface Dialogue extends Exchange {
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

  /** The same by the calling thread. Used by one at a time. */
  @Override
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
}

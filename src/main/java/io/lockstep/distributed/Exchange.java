package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.util.List;
import java.util.function.Function;

/** A worker's side of a stage. */
interface Exchange extends AutoCloseable {
  /**
   * Joins, and has {@code kernel} do what the driver hands out, until that is to stop.
   *
   * @param where the worker runs, for a message
   * @param kernel from a work to its sums; its exception is told to the driver and thrown here, its
   *     error only thrown
   * @return rounds done
   * @throws RunFailedException if the driver does not answer in time, or refuses
   * @throws InterruptedException if this thread was interrupted; the kernel is at rest then
   */
  long serve(String where, Function<Work, List<RangeSum>> kernel) throws InterruptedException;

  @Override
  void close();
}

package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Slicing;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the driver does with the workers' reports: the driver's side of a {@link Topology}. */
interface Rounds {
  /** Bytes of the longest message that a worker may have to send, see {@link WireFormat}. */
  long longestMessage();

  /** What keeps {@code report} from being its worker's answer to {@code work}, if any. */
  Optional<String> defect(Work work, WireFormat.Request report);

  /**
   * Completes the session's current work.
   *
   * @param sums that all workers reported; used up
   * @param vectors that each worker reported, by its number, where it did
   * @param squares of the last gradient's values, added up, where workers clip it; else 0
   */
  void complete(
      TrainingSession session,
      List<RangeSum> sums,
      Map<Integer, List<float[]>> vectors,
      double squares,
      long kernelNanos,
      Slicing slicing);

  /** What workers get of {@code work}. */
  Work handed(Work work);
}

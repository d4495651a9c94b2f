package io.lockstep.training;

import java.util.List;
import java.util.Optional;

/**
 * Everything that a {@link TrainingSession} knows between two steps: a session made from it goes on
 * to the same bits. Its arrays are nobody else's; do not write into them.
 *
 * @param weights the parameter vector
 * @param optimizer what the optimizer remembers, see {@link Optimizer#state}
 * @param best what was kept of the best epoch so far, if its weights will be needed
 * @param position where the run stands
 */
public record Snapshot(
    float[] weights, List<StateTensor> optimizer, Optional<float[]> best, Position position) {
  public Snapshot {
    optimizer = List.copyOf(optimizer);
  }

  /** Of a run that keeps no best epoch, or has none yet. */
  public Snapshot(float[] weights, List<StateTensor> optimizer, Position position) {
    this(weights, optimizer, Optional.empty(), position);
  }
}

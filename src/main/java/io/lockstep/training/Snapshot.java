package io.lockstep.training;

import java.util.List;

/**
 * Everything that a {@link TrainingSession} knows between two steps: a session made from it goes on
 * to the same bits. Its arrays are nobody else's; do not write into them.
 *
 * @param weights the parameter vector
 * @param optimizer what the optimizer remembers, see {@link Optimizer#state}
 * @param position where the run stands
 */
public record Snapshot(float[] weights, List<StateTensor> optimizer, Position position) {
  public Snapshot {
    optimizer = List.copyOf(optimizer);
  }
}

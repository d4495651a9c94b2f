package io.lockstep.training;

import java.util.function.Supplier;

/**
 * A session between two steps; valid until the listener that was told of it returns.
 *
 * @param position where the run stands
 * @param epochEnds whether the epoch has no further step, only its evaluation
 * @param state copies the session's state
 */
public record StepBoundary(Position position, boolean epochEnds, Supplier<Snapshot> state) {
  /** What it takes to go on from here. */
  public Snapshot snapshot() {
    return state.get();
  }
}

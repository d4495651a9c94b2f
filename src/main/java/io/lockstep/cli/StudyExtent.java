package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import java.util.List;

/**
 * Which points a scaling study measures.
 *
 * @param workers to measure with
 * @param hidden units of both hidden layers
 * @param batches images of a step
 * @param seconds that a point is measured, about
 */
record StudyExtent(
    List<Integer> workers, List<Integer> hidden, List<Integer> batches, double seconds) {
  /** Enough for a model, in a few minutes. */
  static final StudyExtent SMALL =
      new StudyExtent(List.of(1, 2, 4), List.of(12, 110, 680), List.of(64, 1024), 0.3);

  /** All: networks of some 10^4, 10^5, 10^6 and 10^7 weights. */
  static final StudyExtent FULL =
      new StudyExtent(
          List.of(1, 2, 4, 8), List.of(12, 110, 680, 2790), List.of(64, 256, 1024, 4096), 1);

  StudyExtent {
    workers = List.copyOf(workers);
    hidden = List.copyOf(hidden);
    batches = List.copyOf(batches);
  }

  /** The one that is called {@code name}. */
  static StudyExtent of(String name) {
    return switch (name) {
      case "small" -> SMALL;
      case "full" -> FULL;
      default -> throw new InvalidInputException("--points must be small or full, but was " + name);
    };
  }
}

package io.lockstep.training;

/**
 * Carries out element-wise work on long vectors, slice by slice: in any order, perhaps by several
 * threads. No value of a slice depends on another slice, so the bits don't depend on who did which.
 */
@FunctionalInterface
public interface Slicing {
  /** One pass over several vectors of this many values stays in a processor's nearest caches. */
  int SLICE = 4096;

  /** The calling thread does it all, at once: the plain reference. */
  Slicing WHOLE = (length, part) -> part.run(0, length);

  /** The calling thread does it all, slice by slice. */
  Slicing ALONE =
      (length, part) -> {
        int slices = slices(length);
        for (int slice = 0; slice < slices; slice++) {
          runSlice(slice, length, part);
        }
      };

  /** How many slices {@code length} values have. */
  static int slices(int length) {
    return length / SLICE + (length % SLICE == 0 ? 0 : 1);
  }

  /** Runs {@code part} for the values of {@code slice}, counted from 0. */
  static void runSlice(int slice, int length, Part part) {
    int from = slice * SLICE;
    part.run(from, from + Math.min(SLICE, length - from));
  }

  /** Runs {@code part} once for each value below {@code length}; returns when all is done. */
  void run(int length, Part part);

  /** What to do with the values {@code [from, to)}. */
  @FunctionalInterface
  interface Part {
    void run(int from, int to);
  }
}

package io.lockstep.lanes;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the columns of a sum lie: column {@code c} takes vectors from {@code input} distance on and
 * is written at {@code output} distance. Cut into vectors of the CPU's length and put in an order
 * of their own, neighbours four by four first, which changes no bit.
 */
public final class Columns {
  private final int vectors;
  private final int fours;
  private final int step;
  private final int[] inputs;
  private final int[] outputs;

  private Columns(int vectors, int fours, int step, int[] inputs, int[] outputs) {
    this.vectors = vectors;
    this.fours = fours;
    this.step = step;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Columns of {@link Lanes#COUNT} values each.
   *
   * @param input distance of each column in the array of vectors
   * @param output distance of each column in the array of results
   */
  public static Columns of(int[] input, int[] output) {
    int length = KernelChoice.vectorLength();
    int perColumn = Lanes.COUNT / length;
    int vectors = Math.multiplyExact(input.length, perColumn);
    int[] from = new int[vectors];
    for (int i = 0; i < vectors; i++) {
      from[i] = Math.addExact(input[i / perColumn], i % perColumn * length);
    }
    int step = vectors < 2 ? 0 : from[1] - from[0];
    boolean[] inFours = inFours(from, step);
    int[] fours = IntStream.range(0, vectors).filter(i -> inFours[i]).toArray();
    IntStream others = IntStream.range(0, vectors).filter(i -> !inFours[i]);
    int[] order = IntStream.concat(Arrays.stream(fours), others).toArray();
    int padded = Math.multiplyExact((vectors + MOST - 1) / MOST, MOST);
    int[] inputs = new int[padded];
    int[] outputs = new int[padded];
    for (int i = 0; i < padded; i++) {
      int vector = order[Math.min(i, vectors - 1)];
      inputs[i] = from[vector];
      outputs[i] = Math.addExact(output[vector / perColumn], vector % perColumn * length);
    }
    return new Columns(vectors, fours.length, step, inputs, outputs);
  }

  /** Which vectors are one of four neighbours, {@code step} apart. */
  private static boolean[] inFours(int[] from, int step) {
    boolean[] inFours = new boolean[from.length];
    int next = 0;
    while (next < from.length) {
      if (areNeighbours(from, next, step)) {
        Arrays.fill(inFours, next, next + MOST, true);
        next += MOST;
      } else {
        next++;
      }
    }
    return inFours;
  }

  private static boolean areNeighbours(int[] from, int first, int step) {
    if (first + MOST > from.length) {
      return false;
    }
    for (int i = first + 1; i < first + MOST; i++) {
      if (from[i] - from[i - 1] != step) {
        return false;
      }
    }
    return true;
  }

  /** The widest block of a kernel, in vectors. */
  static final int MOST = 4;

  /**
   * Vectors that come first and in fours, where a vector for one term is its neighbour's for the
   * term before.
   */
  int sliding(Distances terms) {
    return terms.run() > 1 && terms.step() == step ? fours : 0;
  }

  /** Number of vectors. */
  int vectors() {
    return vectors;
  }

  /** Distances in the input by vector; the last is repeated up to a multiple of {@link #MOST}. */
  int[] inputs() {
    return inputs;
  }

  /** Distances in the output, likewise. */
  int[] outputs() {
    return outputs;
  }
}

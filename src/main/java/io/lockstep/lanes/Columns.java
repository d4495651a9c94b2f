package io.lockstep.lanes;

/**
 * Where the columns of a sum lie: column {@code c} takes vectors from {@code input} distance on and
 * is written at {@code output} distance. Cut into vectors of the CPU's length, which changes no
 * bit.
 */
public final class Columns {
  private final int vectors;
  private final int[] inputs;
  private final int[] outputs;

  private Columns(int vectors, int[] inputs, int[] outputs) {
    this.vectors = vectors;
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
    int padded = Math.multiplyExact((vectors + MOST - 1) / MOST, MOST);
    int[] inputs = new int[padded];
    int[] outputs = new int[padded];
    for (int i = 0; i < padded; i++) {
      int vector = Math.min(i, vectors - 1);
      int within = vector % perColumn * length;
      inputs[i] = Math.addExact(input[vector / perColumn], within);
      outputs[i] = Math.addExact(output[vector / perColumn], within);
    }
    return new Columns(vectors, inputs, outputs);
  }

  /** The widest block of a kernel, in vectors. */
  static final int MOST = 4;

  /** Whether a column's vector for one term is mostly its neighbour's for the term before. */
  boolean slideAlong(Terms terms) {
    return vectors > 1
        && terms.vector().run() > 1
        && inputs[1] - inputs[0] == terms.vector().step();
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

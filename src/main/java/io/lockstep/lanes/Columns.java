package io.lockstep.lanes;

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
    int[] order = foursFirst(from, step);
    int padded = Math.multiplyExact((vectors + MOST - 1) / MOST, MOST);
    int[] inputs = new int[padded];
    int[] outputs = new int[padded];
    for (int i = 0; i < padded; i++) {
      int vector = order[Math.min(i, vectors - 1)];
      inputs[i] = from[vector];
      outputs[i] = Math.addExact(output[vector / perColumn], vector % perColumn * length);
    }
    return new Columns(vectors, fours(inputs, step), step, inputs, outputs);
  }

  /** First the vectors that are neighbours, {@code step} apart, in fours; then the others. */
  private static int[] foursFirst(int[] from, int step) {
    IntStream.Builder fours = IntStream.builder();
    IntStream.Builder others = IntStream.builder();
    int next = 0;
    while (next < from.length) {
      boolean areFour = areNeighbours(from, next, step);
      int end = areFour ? next + MOST : next + 1;
      for (; next < end; next++) {
        (areFour ? fours : others).add(next);
      }
    }
    return IntStream.concat(fours.build(), others.build()).toArray();
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

  private static int fours(int[] inputs, int step) {
    int fours = 0;
    while (areNeighbours(inputs, fours, step)) {
      fours += MOST;
    }
    return fours;
  }

  /** The widest block of a kernel, in vectors. */
  static final int MOST = 4;

  /**
   * Vectors that come first and in fours, where a vector for one term is its neighbour's for the
   * term before.
   */
  int sliding(Terms terms) {
    boolean slides = step != 0 && terms.vector().run() > 1 && terms.vector().step() == step;
    return slides ? fours : 0;
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

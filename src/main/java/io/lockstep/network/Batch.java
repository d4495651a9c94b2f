package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/**
 * What the layers of a {@link Workspace} may know of the batch that passes: whether they train or
 * score, and which examples they hold.
 */
public final class Batch {
  private final int width;
  private final boolean scoresOnly;
  private final long[] keys;
  private boolean training;
  private boolean newWeights = true;
  private int images;
  private double weight;
  private int streams;

  /**
   * A batch of {@code width} lanes, to be scored until something else is said.
   *
   * @param scoresOnly whether it never learns: gradients need no memory, and what a layer makes of
   *     the weights is worth keeping
   * @throws IllegalArgumentException if {@code width} is no multiple of {@link Lanes#COUNT}
   */
  Batch(int width, boolean scoresOnly) {
    if (width < 1 || width % Lanes.COUNT != 0) {
      throw new IllegalArgumentException(
          "width must be a positive multiple of " + Lanes.COUNT + ", but was " + width);
    }
    this.width = width;
    this.scoresOnly = scoresOnly;
    this.keys = new long[width];
  }

  /** Lanes: the most images. */
  public int width() {
    return width;
  }

  /** Whether it never learns. */
  boolean scoresOnly() {
    return scoresOnly;
  }

  /** Whether weights are being learned: the layers that then do otherwise ask here. */
  boolean isTraining() {
    return training;
  }

  /**
   * Begins a batch to score.
   *
   * @param differ whether the weights may differ from those of the batch before
   */
  public void score(boolean differ) {
    training = false;
    newWeights = differ;
  }

  /**
   * Begins a batch of {@code examples} to learn from.
   *
   * @param differ whether the weights may differ from those of the batch before
   */
  public void learn(int examples, boolean differ) {
    training = true;
    images = examples;
    newWeights = differ;
  }

  /** Whether a layer must look at its weights again: they may not be those of the batch before. */
  boolean hasNewWeights() {
    return newWeights;
  }

  /** Examples of a batch that is learned from: the first lanes. */
  int images() {
    return images;
  }

  /** Says how much the batch counts: its examples, or the sum of their weights. */
  public void setWeight(double sum) {
    weight = sum;
  }

  /** How much the batch counts. */
  double weight() {
    return weight;
  }

  /**
   * Says which example {@code image} is.
   *
   * @param key where its random numbers start: the same for the same example in the same epoch of a
   *     run, wherever it is computed; otherwise another
   */
  public void set(int image, long key) {
    keys[image] = key;
  }

  /** The key of {@code image}. */
  long key(int image) {
    return keys[image];
  }

  /** A number for a layer's random numbers, another for each layer of a network. */
  int newStream() {
    return streams++;
  }
}

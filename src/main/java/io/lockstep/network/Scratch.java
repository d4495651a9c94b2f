package io.lockstep.network;

import java.util.Arrays;
import java.util.List;

/**
 * A layer's working memory: what its forward call leaves for its backward calls. Each layer says in
 * {@link Layer#newScratch} what it keeps where.
 */
final class Scratch {
  static final Scratch NONE = new Scratch(0, 0, 0, 0, 0, 0);

  final float[] patches;
  final float[] strips;
  final float[] ones;
  final float[] transposed;
  final float[] byFilter;
  final int[] winners;

  private Scratch(int patches, int strips, int ones, int transposed, int byFilter, int winners) {
    this.patches = new float[patches];
    this.strips = new float[strips];
    this.ones = new float[ones];
    this.transposed = new float[transposed];
    this.byFilter = new float[byFilter];
    this.winners = new int[winners];
    Arrays.fill(this.ones, 1);
  }

  /** Ones, because a sum is a product with them. */
  static Scratch ofOnes(int count) {
    return new Scratch(0, 0, count, 0, 0, 0);
  }

  /**
   * What a convolution needs, see {@link Patches}.
   *
   * @param transposed values of one image's transposed output gradient
   * @param byFilter values of the weight gradient, filter varying fastest
   */
  static Scratch ofConvolution(int patches, int strips, int ones, int transposed, int byFilter) {
    return new Scratch(patches, strips, ones, transposed, byFilter, 0);
  }

  /** Where each pooled maximum came from. */
  static Scratch ofWinners(int count) {
    return new Scratch(0, 0, 0, 0, 0, count);
  }

  /** Bytes held. */
  long bytes() {
    long floats = 0;
    for (float[] memory : List.of(patches, strips, ones, transposed, byFilter)) {
      floats += memory.length;
    }
    return 4 * (floats + winners.length);
  }
}

package io.lockstep.network;

import java.util.Arrays;

/**
 * A layer's working memory: what its forward call leaves for its backward calls. Each layer says in
 * {@link Layer#newScratch} what it keeps where.
 */
final class Scratch {
  static final Scratch NONE = new Scratch(0, 0, 0, 0);

  final float[] patches;
  final float[] strips;
  final float[] ones;
  final int[] winners;

  private Scratch(int patches, int strips, int ones, int winners) {
    this.patches = new float[patches];
    this.strips = new float[strips];
    this.ones = new float[ones];
    this.winners = new int[winners];
    Arrays.fill(this.ones, 1);
  }

  /** Ones, because a sum is a product with them. */
  static Scratch ofOnes(int count) {
    return new Scratch(0, 0, count, 0);
  }

  /** What a convolution needs, see {@link Patches}. */
  static Scratch ofPatches(int patches, int strips, int ones) {
    return new Scratch(patches, strips, ones, 0);
  }

  /** Where each pooled maximum came from. */
  static Scratch ofWinners(int count) {
    return new Scratch(0, 0, 0, count);
  }

  /** Bytes held. */
  long bytes() {
    return 4L * (patches.length + strips.length + ones.length + winners.length);
  }
}

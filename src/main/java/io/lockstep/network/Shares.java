package io.lockstep.network;

/**
 * Which images of a batch belong to which gradient sum: a batch may hold the shares of several
 * shards, one after another. Filled anew for every batch.
 */
public final class Shares {
  private final int[] first;
  private final int[] images;
  private final float[][] sums;
  private final boolean[] add;
  private int count;
  private int used;

  /** Room for {@code most} shares. */
  public Shares(int most) {
    this.first = new int[most];
    this.images = new int[most];
    this.sums = new float[most][];
    this.add = new boolean[most];
  }

  /** Begins a batch without images. */
  public void clear() {
    count = 0;
    used = 0;
  }

  /**
   * Takes the next {@code ofShare} images of the batch. Their sum is finished before it is added to
   * anything: adding gives the bits of {@code sum[i] + ofImages[i]}.
   *
   * @param adds adds to {@code sum} when true, overwrites it when false
   */
  public void put(int ofShare, float[] sum, boolean adds) {
    first[count] = used;
    images[count] = ofShare;
    sums[count] = sum;
    add[count] = adds;
    count++;
    used += ofShare;
  }

  /** Images taken so far. */
  public int images() {
    return used;
  }

  /** Whether there is room for no share more. */
  public boolean isFull() {
    return count == first.length;
  }

  /** Number of shares. */
  int count() {
    return count;
  }

  /** The first image of {@code share}. */
  int first(int share) {
    return first[share];
  }

  /** The image after the last of {@code share}. */
  int end(int share) {
    return first[share] + images[share];
  }

  /** Where the sum over {@code share} belongs. */
  float[] sum(int share) {
    return sums[share];
  }

  /** Whether it is added to what is there. */
  boolean adds(int share) {
    return add[share];
  }

  /** The share that is the whole batch, for a layer that takes no other. */
  int only() {
    if (count != 1) {
      throw new IllegalStateException("one share must be the whole batch, but there are " + count);
    }
    return 0;
  }
}

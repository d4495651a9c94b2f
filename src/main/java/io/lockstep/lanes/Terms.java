package io.lockstep.lanes;

/**
 * The terms of a sum, as distances: term {@code k} multiplies the scale at {@code scale[k]} beyond
 * its row's start with the vector at {@code vector[k]} beyond its column's.
 *
 * @param scale distances in the array of scales
 * @param vector distances in the array of vectors
 */
public record Terms(int[] scale, Distances vector) {
  public Terms {
    if (scale.length != vector.count()) {
      throw new IllegalArgumentException(
          String.format("%d scales but %d vectors", scale.length, vector.count()));
    }
  }

  /** Terms at the distances {@code scale} and {@code vector}. */
  public static Terms of(int[] scale, int[] vector) {
    return new Terms(scale, Distances.of(vector));
  }

  /** {@code count} terms at equal distances. */
  public static Terms strided(int count, int scaleStride, int vectorStride) {
    return of(multiples(count, scaleStride), multiples(count, vectorStride));
  }

  /** Number of terms. */
  public int count() {
    return scale.length;
  }

  /** {@code 0, stride, 2 * stride, ...} */
  public static int[] multiples(int count, int stride) {
    int[] result = new int[count];
    for (int i = 0; i < count; i++) {
      result[i] = Math.multiplyExact(i, stride);
    }
    return result;
  }
}

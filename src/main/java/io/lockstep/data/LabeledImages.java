package io.lockstep.data;

/**
 * Grayscale images with labels, in memory.
 *
 * @param height in pixels
 * @param width in pixels
 * @param pixels one byte each, 0 to 255 unsigned, image after image, row after row
 * @param labels one class per image
 */
public record LabeledImages(int height, int width, byte[] pixels, int[] labels) {
  public LabeledImages {
    if (pixels.length != (long) labels.length * height * width) {
      throw new IllegalArgumentException(
          String.format(
              "%d labels of %d x %d images need %d pixels, but there are %d",
              labels.length, height, width, (long) labels.length * height * width, pixels.length));
    }
  }

  /** Number of images. */
  public int rows() {
    return labels.length;
  }

  /** Pixels of one image. */
  public int imageSize() {
    return height * width;
  }
}

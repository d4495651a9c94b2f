package io.lockstep.lanes;

import java.util.Arrays;

/**
 * A batch of images side by side: value {@code i} of image {@code l} is {@code data()[i * width() +
 * l]}. The images of one value fill whole vectors; a kernel computes {@link #COUNT} images at a
 * time, each in a lane of its own, and never mixes lanes but to sum over the batch.
 *
 * <p>An image of {@code channels x height x width} pixels has its values in PyTorch's order:
 * channel varies slowest, x fastest. Lanes beyond the batch's examples hold images of zeros.
 */
public final class Lanes {
  /** Images that a kernel computes at a time; part of the arithmetic, whatever a CPU's vectors. */
  public static final int COUNT = 16;

  private final int size;
  private final int width;
  private final float[] data;

  private Lanes(int size, int width, float[] data) {
    this.size = size;
    this.width = width;
    this.data = data;
  }

  /**
   * Images of zeros.
   *
   * @param size values of one image
   * @param width images; a multiple of {@link #COUNT}
   * @throws ArithmeticException if there are more than 2^31 - 1 values
   */
  public static Lanes zeros(int size, int width) {
    if (width < 1 || width % COUNT != 0) {
      throw new IllegalArgumentException(
          "width must be a positive multiple of " + COUNT + ", but was " + width);
    }
    return new Lanes(size, width, new float[Math.multiplyExact(size, width)]);
  }

  /** The least width for {@code images}. */
  public static int width(int images) {
    return Math.multiplyExact(Math.floorDiv(Math.addExact(images, COUNT - 1), COUNT), COUNT);
  }

  /** Values of one image. */
  public int size() {
    return size;
  }

  /** Images, those of zeros included. */
  public int width() {
    return width;
  }

  /** The values; shared, not copied. */
  public float[] data() {
    return data;
  }

  /** One value of one image. */
  public float get(int value, int image) {
    return data[value * width + image];
  }

  /** Sets one value of one image. */
  public void set(int value, int image, float to) {
    data[value * width + image] = to;
  }

  /**
   * Turns {@code images} rows of {@code size()} values, from {@code rows[from]} on, into lanes;
   * zeros in the other lanes.
   */
  public void fill(float[] rows, int from, int images) {
    put(rows, from, 0, images);
    clear(images);
  }

  /**
   * Turns {@code images} rows of {@code size()} values, from {@code rows[from]} on, into the lanes
   * from {@code first} on.
   */
  public void put(float[] rows, int from, int first, int images) {
    Transposition.transpose(rows, from, size, data, first, width, images, size);
  }

  /**
   * Turns images {@code first ... end - 1} into rows: image {@code l} begins at {@code rows[at + l
   * * rowLength]}.
   */
  public void copyTo(float[] rows, int at, int rowLength, int first, int end) {
    int to = at + first * rowLength;
    Transposition.transpose(data, first, width, rows, to, rowLength, size, end - first);
  }

  /** Adds {@code other}, of the same size and width, value by value. */
  public void add(Lanes other) {
    for (int i = 0; i < data.length; i++) {
      data[i] += other.data[i];
    }
  }

  /** Sets all images from {@code image} on to zero. */
  public void clear(int image) {
    if (image == width) {
      return;
    }
    for (int i = 0; i < size; i++) {
      Arrays.fill(data, i * width + image, (i + 1) * width, 0);
    }
  }

  @Override
  public String toString() {
    return "Lanes(" + size + " values x " + width + " images)";
  }
}

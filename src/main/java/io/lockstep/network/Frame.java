package io.lockstep.network;

import java.util.Arrays;

/**
 * Images with a border, for windows that reach beyond the edge: where a window's pixels are, and
 * the copy that has the border.
 *
 * <p>Without padding, poolings use the images where they are. With it, each row is copied into a
 * frame {@code padding} pixels wider on each side, whose border keeps its value. All distances are
 * in {@code Lanes} of {@code width} images, vectors of {@code lanes} images each.
 */
final class Frame {
  private final Shape.Image image;
  private final Shape.Image output;
  private final Window window;
  private final int width;
  private final int height;
  private final int rowLength;

  Frame(Shape.Image image, Window window, int width) {
    this.image = image;
    this.output = window.over(image, image.channels());
    this.window = window;
    this.width = width;
    this.height = Math.addExact(image.height(), 2 * window.padding());
    this.rowLength = Math.multiplyExact(Math.addExact(image.width(), 2 * window.padding()), width);
    size(); // every distance fits an int
  }

  /** Values of one channel of the framed images. */
  int channelSize() {
    return Math.multiplyExact(height, rowLength);
  }

  /** Positions of the window, row by row. */
  int positions() {
    return output.pixels();
  }

  /** Memory for framed images, or nothing if there is no padding; the border has {@code value}. */
  float[] newFramed(float value) {
    float[] framed = new float[window.padding() == 0 ? 0 : size()];
    Arrays.fill(framed, value);
    return framed;
  }

  /** The pixels that windows look at: {@code images} itself, or its copy in {@code framed}. */
  float[] framed(float[] images, float[] framed) {
    if (window.padding() == 0) {
      return images;
    }
    copy(images, framed, 0);
    return framed;
  }

  /** Copies {@code images} into the frame that starts at {@code framed[at]}. */
  void copy(float[] images, float[] framed, int at) {
    if (window.padding() == 0) {
      System.arraycopy(images, 0, framed, at, image.size() * width);
      return;
    }
    int inner = image.width() * width;
    for (int row = 0; row < image.channels() * image.height(); row++) {
      System.arraycopy(images, row * inner, framed, at + innerRow(row), inner);
    }
  }

  /** Values of the framed images. */
  int size() {
    return Math.multiplyExact(image.channels(), channelSize());
  }

  /** Copies what is inside the border of {@code framed} to {@code images}, if there is a border. */
  void unframe(float[] framed, float[] images) {
    if (window.padding() == 0) {
      return;
    }
    int inner = image.width() * width;
    for (int row = 0; row < image.channels() * image.height(); row++) {
      System.arraycopy(framed, innerRow(row), images, row * inner, inner);
    }
  }

  private int innerRow(int row) {
    int channel = row / image.height();
    int y = row % image.height() + window.padding();
    return channel * channelSize() + y * rowLength + window.padding() * width;
  }

  /** Distances of a window's pixels in one channel, row by row. */
  int[] taps() {
    int kernel = window.kernel();
    int[] taps = new int[kernel * kernel];
    for (int i = 0; i < taps.length; i++) {
      taps[i] = i / kernel * rowLength + i % kernel * width;
    }
    return taps;
  }

  /** Where each window starts in its channel, image vector by image vector. */
  int[] starts(int lanes) {
    int perPosition = width / lanes;
    int[] starts = new int[Math.multiplyExact(positions(), perPosition)];
    for (int i = 0; i < starts.length; i++) {
      int position = i / perPosition;
      int row = position / output.width() * window.stride();
      int column = position % output.width() * window.stride();
      starts[i] = row * rowLength + column * width + i % perPosition * lanes;
    }
    return starts;
  }
}

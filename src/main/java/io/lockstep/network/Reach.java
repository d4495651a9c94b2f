package io.lockstep.network;

import io.lockstep.lanes.Columns;
import io.lockstep.lanes.Lanes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pixels of an image by what reaches them of a window that slides over it: each pixel's
 * gradient is one sum over the positions whose window has it.
 *
 * <p>Along one side, pixel {@code p}, counted from the padded edge, is the window's pixel {@code
 * remainder + back * stride} at position {@code p / stride - back}, where {@code remainder} is that
 * of {@code p} by the stride. At the edges positions end, and so does the window: {@code back} is
 * in a range. Pixels of the same remainders and ranges, of rows and of columns, are one {@link
 * Part}: their sums have the same terms at other places.
 */
final class Reach {
  /** Along one side, the {@code back} in {@code [from, to)} of pixels with this remainder. */
  record Span(int remainder, int from, int to) {
    /** Of all pixels that no window has, whatever their remainder. */
    private static final Span NOTHING = new Span(0, 0, 0);

    /** How many positions reach each of these pixels, along this side. */
    int count() {
      return to - from;
    }
  }

  /**
   * Pixels that are reached alike.
   *
   * @param pixels from the position that is no row and no column back, in one channel of positions,
   *     to the pixel, in one channel of the image
   */
  record Part(Span columns, Columns pixels) {}

  /** The parts that the same rows reach, and columns of one remainder. */
  record Band(Span rows, int columnRemainder, List<Part> parts) {}

  private final Shape.Image image;
  private final Shape.Image output;
  private final Window window;
  private final int width;
  private final List<Band> bands = new ArrayList<>();

  /**
   * The pixels of one channel of {@code image}.
   *
   * @param width of the lanes
   */
  Reach(Shape.Image image, Window window, int width) {
    this.image = image;
    this.output = window.over(image, image.channels());
    this.window = window;
    this.width = width;
    Map<Span, List<Integer>> rows = spans(image.height(), output.height());
    Map<Span, List<Integer>> columns = spans(image.width(), output.width());
    rows.forEach((ofRows, ys) -> addBands(ofRows, ys, columns));
  }

  private void addBands(Span rows, List<Integer> ys, Map<Span, List<Integer>> columns) {
    for (int remainder = 0; remainder < remainders(); remainder++) {
      List<Part> parts = new ArrayList<>();
      for (Map.Entry<Span, List<Integer>> some : columns.entrySet()) {
        if (some.getKey().remainder() == remainder) {
          parts.add(new Part(some.getKey(), pixels(ys, some.getValue())));
        }
      }
      bands.add(new Band(rows, remainder, parts));
    }
  }

  private Map<Span, List<Integer>> spans(int size, int positions) {
    Map<Span, List<Integer>> pixels = new LinkedHashMap<>();
    for (int pixel = 0; pixel < size; pixel++) {
      pixels.computeIfAbsent(span(pixel, positions), span -> new ArrayList<>()).add(pixel);
    }
    return pixels;
  }

  private Span span(int pixel, int positions) {
    int remainder = (pixel + window.padding()) % window.stride();
    int nearest = nearest(pixel);
    int from = Math.max(0, nearest - positions + 1);
    int to = Math.min(nearest + 1, windowPixels(remainder));
    return from < to ? new Span(remainder, from, to) : Span.NOTHING;
  }

  /** The last position at or before a pixel; those of the image end earlier at its far edge. */
  private int nearest(int pixel) {
    return (pixel + window.padding()) / window.stride();
  }

  /** How many pixels of the window's side have this remainder by the stride. */
  int windowPixels(int remainder) {
    int others = window.kernel() - remainder;
    return others <= 0 ? 0 : (others + window.stride() - 1) / window.stride();
  }

  private Columns pixels(List<Integer> ys, List<Integer> xs) {
    int perPixel = width / Lanes.COUNT;
    int[] from = new int[Math.multiplyExact(ys.size() * xs.size(), perPixel)];
    int[] to = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      int y = ys.get(i / perPixel / xs.size());
      int x = xs.get(i / perPixel % xs.size());
      int within = i % perPixel * Lanes.COUNT;
      from[i] = distance(nearest(y), nearest(x)) + within;
      to[i] = (y * image.width() + x) * width + within;
    }
    return Columns.of(from, to);
  }

  /** From a channel's first position to another, or from any to one further on. */
  int distance(int rows, int columns) {
    return (rows * output.width() + columns) * width;
  }

  /** All pixels. */
  List<Band> bands() {
    return bands;
  }

  /** Remainders that pixels of a window can have. */
  int remainders() {
    return Math.min(window.stride(), window.kernel());
  }

  /** The most positions along a side whose windows have one pixel: no {@code to} is greater. */
  int most() {
    return windowPixels(0);
  }
}

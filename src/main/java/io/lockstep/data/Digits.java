package io.lockstep.data;

import io.lockstep.base.Seeds;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Handwritten-like digits drawn by strokes, for machines without MNIST: 28 x 28 pixels, white ink
 * on black, ten classes.
 *
 * <p>Every digit is a {@link Glyph} whose points jitter, seen through a random slant, rotation,
 * scale and shift, drawn with a pen of random width and pressure. Row {@code i} of a split depends
 * on the split and {@code i} alone, so any executor draws any row.
 */
public final class Digits {
  private static final int SIDE = 28;
  private static final Seeds SEEDS = new Seeds(28_28_10);

  /** Straight pieces per curve between two points. */
  private static final int PIECES = 6;

  private Digits() {}

  /** As many as MNIST has. */
  public static int defaultRows(Split split) {
    return split == Split.TEST ? 10_000 : 60_000;
  }

  /** The first {@code rows} rows of {@code split}. */
  public static LabeledImages draw(Split split, int rows) {
    return draw(split, 0, rows);
  }

  /** Rows {@code [from, to)} of {@code split}, drawn on all cores. */
  public static LabeledImages draw(Split split, int from, int to) {
    int rows = to - from;
    byte[] pixels = new byte[Math.multiplyExact(rows, SIDE * SIDE)];
    int[] labels = new int[rows];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            i -> {
              SplittableRandom random =
                  SEEDS.stream(Seeds.Purpose.DIGITS, split == Split.TEST ? 1 : 0, from + i);
              labels[i] = random.nextInt(10);
              draw(labels[i], random, pixels, i * SIDE * SIDE);
            });
    return new LabeledImages(SIDE, SIDE, pixels, labels);
  }

  private static void draw(int digit, SplittableRandom random, byte[] pixels, int offset) {
    Glyph glyph = Glyph.of(digit, random);
    Hand hand = Hand.of(random);
    float[] ink = new float[SIDE * SIDE];
    for (double[][] stroke : glyph.strokes()) {
      drawStroke(hand.write(stroke, random), hand, ink);
    }
    for (int i = 0; i < ink.length; i++) {
      double grain = ink[i] > 0 ? hand.grain * random.nextGaussian() : 0;
      double value = 255 * (hand.pressure * ink[i] + grain);
      pixels[offset + i] = (byte) Math.round(Math.max(0, Math.min(255, value)));
    }
  }

  /** How one image is written. */
  private record Hand(
      double a,
      double b,
      double c,
      double d,
      double x,
      double y,
      double jitter,
      double penRadius,
      double pressure,
      double grain) {

    static Hand of(SplittableRandom random) {
      double angle = 0.16 * random.nextGaussian();
      double slant = 0.15 + 0.28 * random.nextGaussian();
      double width = SIDE * (0.34 + 0.26 * random.nextDouble());
      double height = SIDE * (0.46 + 0.28 * random.nextDouble());
      double cos = StrictMath.cos(angle); // the same bits on every machine
      double sin = StrictMath.sin(angle);
      return new Hand(
          width * cos,
          -height * (slant * cos + sin),
          width * sin,
          height * (cos - slant * sin),
          SIDE / 2.0 + 5.0 * (random.nextDouble() - 0.5),
          SIDE / 2.0 + 5.0 * (random.nextDouble() - 0.5),
          0.035 + 0.035 * random.nextDouble(),
          0.6 + 1.2 * random.nextDouble(),
          0.65 + 0.35 * random.nextDouble(),
          0.12 * random.nextDouble());
    }

    /** Maps a stroke's points from the unit square to pixels, each a little off. */
    double[][] write(double[][] stroke, SplittableRandom random) {
      double[][] points = new double[stroke.length][];
      for (int i = 0; i < stroke.length; i++) {
        double u = stroke[i][0] - 0.5 + jitter * random.nextGaussian();
        double v = stroke[i][1] - 0.5 + jitter * random.nextGaussian();
        points[i] = new double[] {x + a * u + b * v, y + c * u + d * v};
      }
      return points;
    }
  }

  private static void drawStroke(double[][] points, Hand hand, float[] ink) {
    double[] last = points[0];
    for (int i = 0; i + 1 < points.length; i++) {
      double[] before = points[Math.max(i - 1, 0)];
      double[] after = points[Math.min(i + 2, points.length - 1)];
      for (int piece = 1; piece <= PIECES; piece++) {
        double t = (double) piece / PIECES;
        double[] next = {
          catmullRom(before[0], points[i][0], points[i + 1][0], after[0], t),
          catmullRom(before[1], points[i][1], points[i + 1][1], after[1], t)
        };
        drawPiece(last, next, hand.penRadius, ink);
        last = next;
      }
    }
  }

  /**
   * The cubic through {@code p1} (t = 0) and {@code p2} (t = 1) with slopes from the neighbours.
   */
  private static double catmullRom(double p0, double p1, double p2, double p3, double t) {
    return p1
        + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
  }

  /** Inks every pixel by how much of it lies within {@code radius} of the line from p to q. */
  private static void drawPiece(double[] p, double[] q, double radius, float[] ink) {
    double reach = radius + 1;
    int left = clamp((int) Math.floor(Math.min(p[0], q[0]) - reach));
    int right = clamp((int) Math.ceil(Math.max(p[0], q[0]) + reach));
    int top = clamp((int) Math.floor(Math.min(p[1], q[1]) - reach));
    int bottom = clamp((int) Math.ceil(Math.max(p[1], q[1]) + reach));
    double dx = q[0] - p[0];
    double dy = q[1] - p[1];
    double lengthSquared = Math.max(dx * dx + dy * dy, 1e-12);
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - p[0];
        double py = row + 0.5 - p[1];
        double along = Math.max(0, Math.min(1, (px * dx + py * dy) / lengthSquared));
        double ex = px - along * dx;
        double ey = py - along * dy;
        float covered = (float) Math.min(1, radius + 0.5 - Math.sqrt(ex * ex + ey * ey));
        int i = row * SIDE + column;
        ink[i] = Math.max(ink[i], covered);
      }
    }
  }

  private static int clamp(int pixel) {
    return Math.max(0, Math.min(SIDE - 1, pixel));
  }
}

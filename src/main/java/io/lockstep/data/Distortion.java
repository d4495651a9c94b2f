package io.lockstep.data;

import io.lockstep.base.Seeds;
import io.lockstep.network.Shape;

/**
 * Distorts images as an {@link Augmentation} says. Owned by one thread; allocates nothing once it
 * is made.
 *
 * <p>Each pixel of the result looks at one place of the image, and takes what the four pixels
 * around it say there, bilinearly; what is outside the image is background.
 */
public final class Distortion {
  /** Of a Gaussian beyond which nothing is summed, in sigmas. */
  private static final double REACH = 3;

  private static final int SHIFT_X = 0;
  private static final int SHIFT_Y = 1;
  private static final int ROTATION = 2;
  private static final int SCALE = 3;
  private static final int SHEAR = 4;

  /** Of a key's numbers, the first of the displacements; before them there is room for more. */
  private static final int FIELDS = 16;

  private final Augmentation augmentation;
  private final int channels;
  private final int height;
  private final int width;
  private final float background;
  private final double[] gaussian;
  private final double[] field;
  private final double[] smoothed;
  private final double[] placeX;
  private final double[] placeY;

  /**
   * A distortion.
   *
   * @param background the value of a pixel outside the image
   */
  public Distortion(Augmentation augmentation, Shape.Image image, float background) {
    this.augmentation = augmentation;
    this.channels = image.channels();
    this.height = image.height();
    this.width = image.width();
    this.background = background;
    this.gaussian = gaussian(augmentation.elastic().sigma());
    this.field = new double[image.pixels()];
    this.smoothed = new double[image.pixels()];
    this.placeX = new double[image.pixels()];
    this.placeY = new double[image.pixels()];
  }

  /** Half a Gaussian, from its middle on; the whole sums up to 1. */
  private static double[] gaussian(double sigma) {
    double[] half = new double[1 + (int) Math.ceil(REACH * sigma)];
    double sum = 0;
    for (int i = 0; i < half.length; i++) {
      half[i] = StrictMath.exp(-i * (double) i / (2 * sigma * sigma));
      sum += i == 0 ? half[i] : 2 * half[i];
    }
    for (int i = 0; i < half.length; i++) {
      half[i] /= sum;
    }
    return half;
  }

  /**
   * Distorts an image.
   *
   * @param key where its random numbers start, see {@link Seeds#key}
   * @param image its values, channel by channel
   * @param result overwritten
   */
  public void apply(long key, float[] image, float[] result) {
    place(key);
    if (augmentation.elastic().strength() > 0) {
      displace(placeX, key, FIELDS);
      displace(placeY, key, FIELDS + field.length);
    }
    for (int channel = 0; channel < channels; channel++) {
      int at = channel * field.length;
      for (int pixel = 0; pixel < field.length; pixel++) {
        result[at + pixel] = value(image, at, placeX[pixel], placeY[pixel]);
      }
    }
  }

  /** Uniform in [-1, 1). */
  private static double draw(long key, int index) {
    return (Seeds.number(key, index) >> 11) * 0x1p-52;
  }

  /** Where each pixel looks, around the middle: turned, sheared, scaled and shifted. */
  private void place(long key) {
    double angle = StrictMath.toRadians(augmentation.rotate() * draw(key, ROTATION));
    double size = 1 / (1 + augmentation.scale() * draw(key, SCALE));
    double shear = augmentation.shear() * draw(key, SHEAR);
    double cosine = StrictMath.cos(angle) * size;
    double sine = StrictMath.sin(angle) * size;
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    double toX = middleX + augmentation.shift() * draw(key, SHIFT_X);
    double toY = middleY + augmentation.shift() * draw(key, SHIFT_Y);
    for (int y = 0; y < height; y++) {
      double v = y - middleY;
      for (int x = 0; x < width; x++) {
        double u = x - middleX + shear * v;
        placeX[y * width + x] = toX + cosine * u - sine * v;
        placeY[y * width + x] = toY + sine * u + cosine * v;
      }
    }
  }

  /** Adds a smooth random field to {@code places}. */
  private void displace(double[] places, long key, int first) {
    for (int i = 0; i < field.length; i++) {
      field[i] = draw(key, first + i);
    }
    smooth(field, smoothed, 1, width, width, height);
    smooth(smoothed, field, width, height, 1, width);
    for (int i = 0; i < field.length; i++) {
      places[i] += augmentation.elastic().strength() * field[i];
    }
  }

  /** Smooths {@code lines} of {@code length} values, {@code step} apart; beyond them are zeros. */
  private void smooth(double[] from, double[] to, int step, int length, int lineStep, int lines) {
    for (int line = 0; line < lines; line++) {
      int start = line * lineStep;
      for (int i = 0; i < length; i++) {
        double sum = gaussian[0] * from[start + i * step];
        for (int distance = 1; distance < gaussian.length; distance++) {
          double before = i >= distance ? from[start + (i - distance) * step] : 0;
          double behind = i + distance < length ? from[start + (i + distance) * step] : 0;
          sum += gaussian[distance] * (before + behind);
        }
        to[start + i * step] = sum;
      }
    }
  }

  private float value(float[] image, int at, double x, double y) {
    // Beyond this there is only background, and a place far away is no int.
    if (!(x > -1 && x < width && y > -1 && y < height)) {
      return background;
    }
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = (float) (x - left);
    float down = (float) (y - top);
    float above = between(pixel(image, at, left, top), pixel(image, at, left + 1, top), right);
    float below =
        between(pixel(image, at, left, top + 1), pixel(image, at, left + 1, top + 1), right);
    return between(above, below, down);
  }

  private static float between(float a, float b, float part) {
    return a + part * (b - a);
  }

  private float pixel(float[] image, int at, int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height ? image[at + y * width + x] : background;
  }
}

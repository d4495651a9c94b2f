package io.lockstep.data;

import io.lockstep.base.InvalidInputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture of a handwritten digit, of any size, made to look as MNIST's do: light ink on black,
 * fitted into 20 x 20 pixels with its proportions, and put into 28 x 28 with its centre of mass in
 * the middle. LeCun, Cortes and Burges, "The MNIST database of handwritten digits", "The images
 * were centered in a 28x28 image by computing the center of mass".
 *
 * @param pixels 28 x 28 bytes, row after row
 * @param steps what was done to the picture, a line each
 */
public record DigitPhoto(byte[] pixels, List<String> steps) {
  /** Pixels of a side of the result. */
  public static final int SIDE = 28;

  /** Pixels of the longer side of the digit in it. */
  private static final int BOX = 20;

  /** Larger pictures are made smaller first. */
  private static final int WORKING_SIDE = 640;

  /** What MNIST's strokes are about wide, in its pixels, and what is too thin. */
  private static final double STROKE = 2.4;

  private static final double THIN = 1.8;

  /**
   * Prepares a picture.
   *
   * @param name for messages
   * @throws InvalidInputException if nothing is drawn on it
   */
  public static DigitPhoto of(String name, BufferedImage picture) {
    List<String> steps = new ArrayList<>();
    Grey grey = Grey.of(picture);
    steps.add(say("%d x %d pixels, made grey", grey.width, grey.height));
    int longer = Math.max(grey.width, grey.height);
    if (longer > WORKING_SIDE) {
      grey = grey.scaled(0, 0, grey.width, grey.height, (double) WORKING_SIDE / longer);
      steps.add(say("made smaller: %d x %d", grey.width, grey.height));
    }
    Paper paper = Paper.of(grey.values, grey.width);
    InkPieces pieces = new InkPieces(paper.ink(), grey.width);
    steps.add(
        say(
            "%s ink on a sheet of brightness %.0f of 255%s",
            paper.inkIsDark() ? "dark" : "light",
            paper.brightness(),
            paper.inkIsDark() ? ": inverted" : ""));
    int removed = pieces.clean();
    Grey ink = new Grey(grey.width, grey.height, paper.ink());
    Bounds bounds = Bounds.of(ink);
    if (bounds == null) {
      throw new InvalidInputException(
          String.format(
              "%s must show a digit, but no ink stands out from the sheet by %.0f of 255 grey"
                  + " levels. Draw it darker, or take the picture in more light.",
              name, Paper.LEAST_CONTRAST));
    }
    steps.add(
        say(
            "less than %.0f grey levels from the sheet is no ink%s",
            paper.threshold(), removed == 0 ? "" : "; wiped beside it: " + removed + " specks"));
    double scale = (double) BOX / bounds.longer();
    double stroke = pieces.strokeWidth() * scale;
    if (stroke < THIN) {
      pieces.thicken((STROKE - stroke) / 2 / scale);
      steps.add(say("strokes of %.1f pixels thickened to %.1f", stroke, STROKE));
      bounds = Bounds.of(ink);
      scale = (double) BOX / bounds.longer();
    }
    Grey fitted = ink.scaled(bounds.left, bounds.top, bounds.width(), bounds.height(), scale);
    steps.add(
        say(
            "ink in %d x %d pixels, scaled to %d x %d",
            bounds.width(), bounds.height(), fitted.width, fitted.height));
    steps.add("centred by its mass in 28 x 28");
    return new DigitPhoto(centred(fitted), steps);
  }

  private static String say(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static byte[] centred(Grey digit) {
    double mass = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < digit.values.length; i++) {
      mass += digit.values[i];
      x += digit.values[i] * (i % digit.width + 0.5);
      int row = i / digit.width;
      y += digit.values[i] * (row + 0.5);
    }
    int left = offset(x / mass, digit.width);
    int top = offset(y / mass, digit.height);
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < digit.values.length; i++) {
      int at = (top + i / digit.width) * SIDE + left + i % digit.width;
      pixels[at] = (byte) Math.round(255 * Math.min(1, digit.values[i]));
    }
    return pixels;
  }

  /** Where a side begins whose centre of mass is to be in the middle; all of it stays inside. */
  private static int offset(double centre, int size) {
    return (int) Math.max(0, Math.min(SIDE - size, Math.round(SIDE / 2.0 - centre)));
  }

  /** The rectangle that has all the ink. */
  private record Bounds(int left, int top, int right, int bottom) {
    /** Null if there is no ink. */
    static Bounds of(Grey ink) {
      int left = ink.width;
      int top = ink.height;
      int right = 0;
      int bottom = 0;
      for (int i = 0; i < ink.values.length; i++) {
        if (ink.values[i] > 0) {
          left = Math.min(left, i % ink.width);
          right = Math.max(right, i % ink.width + 1);
          top = Math.min(top, i / ink.width);
          bottom = Math.max(bottom, i / ink.width + 1);
        }
      }
      return right == 0 ? null : new Bounds(left, top, right, bottom);
    }

    int width() {
      return right - left;
    }

    int height() {
      return bottom - top;
    }

    int longer() {
      return Math.max(width(), height());
    }
  }

  /** One value a pixel, row after row. */
  private record Grey(int width, int height, float[] values) {
    /** Brightness, 0 to 255, as ITU-R BT.601 weights colours; on white where it is transparent. */
    static Grey of(BufferedImage picture) {
      float[] values = new float[Math.multiplyExact(picture.getWidth(), picture.getHeight())];
      boolean isGrey =
          picture.getRaster().getNumBands() == 1
              && !(picture.getColorModel() instanceof IndexColorModel);
      int white = (1 << picture.getColorModel().getComponentSize(0)) - 1;
      for (int i = 0; i < values.length; i++) {
        int x = i % picture.getWidth();
        int y = i / picture.getWidth();
        values[i] = // getRGB would brighten a grey picture
            isGrey
                ? 255f * picture.getRaster().getSample(x, y, 0) / white
                : brightness(picture.getRGB(x, y));
      }
      return new Grey(picture.getWidth(), picture.getHeight(), values);
    }

    private static float brightness(int argb) {
      float alpha = (argb >>> 24) / 255f;
      float brightness =
          0.299f * (argb >> 16 & 0xff) + 0.587f * (argb >> 8 & 0xff) + 0.114f * (argb & 0xff);
      return alpha * brightness + (1 - alpha) * 255;
    }

    /** A part of the picture at another size: each pixel is the mean of the area it covers. */
    Grey scaled(int left, int top, int partWidth, int partHeight, double scale) {
      int newWidth = (int) Math.max(1, Math.round(partWidth * scale));
      int newHeight = (int) Math.max(1, Math.round(partHeight * scale));
      float[] rows = new float[newWidth * partHeight];
      for (int row = 0; row < partHeight; row++) {
        mean(values, (top + row) * width + left, 1, partWidth, rows, row * newWidth, 1, newWidth);
      }
      float[] result = new float[newWidth * newHeight];
      for (int column = 0; column < newWidth; column++) {
        mean(rows, column, newWidth, partHeight, result, column, newWidth, newHeight);
      }
      return new Grey(newWidth, newHeight, result);
    }

    private static void mean(
        float[] from, int at, int step, int count, float[] to, int toAt, int toStep, int toCount) {
      double share = (double) count / toCount;
      for (int i = 0; i < toCount; i++) {
        double begin = i * share;
        double end = Math.min(count, begin + share);
        double sum = 0;
        for (int j = (int) begin; j < end; j++) {
          sum += from[at + j * step] * (Math.min(end, j + 1.0) - Math.max(begin, j));
        }
        to[toAt + i * toStep] = (float) (sum / (end - begin));
      }
    }
  }
}

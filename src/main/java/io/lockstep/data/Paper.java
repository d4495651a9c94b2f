package io.lockstep.data;

import java.util.Arrays;

/**
 * The sheet that something is drawn on, as a photograph shows it: unevenly lit and grainy. Its
 * brightness is a polynomial of second degree in x and y, fitted to all pixels but those that stand
 * out.
 *
 * @param brightness of the bare sheet in the middle, 0 to 255
 * @param inkIsDark whether what stands out is darker than the sheet
 * @param threshold how far a pixel must differ to be ink, in grey levels; above the grain
 * @param ink how much ink each pixel has, 0 to 1
 */
record Paper(double brightness, boolean inkIsDark, double threshold, float[] ink) {
  /** Less contrast than this is no ink, in grey levels. */
  static final double LEAST_CONTRAST = 25;

  private static final int TERMS = 6;
  private static final int ROUNDS = 6;

  /** Normal noise lies within so many median deviations, but for a few pixels in a million. */
  private static final double GRAIN = 7.5;

  /** Pixels that the surface is fitted to; more make it no better. */
  private static final int SAMPLES = 20_000;

  /** Separates ink from sheet in {@code grey}, {@code width} pixels a row. */
  static Paper of(float[] grey, int width) {
    int height = grey.length / width;
    double[] surface = surface(grey, width, height);
    float[] differences = new float[grey.length];
    for (int i = 0; i < grey.length; i++) {
      differences[i] = (float) (grey[i] - value(surface, terms(i, width, height)));
    }
    double grain = Math.max(1, medianSize(differences)) * GRAIN;
    double darker = 0;
    double lighter = 0;
    for (float difference : differences) {
      darker += Math.max(0, -difference - grain);
      lighter += Math.max(0, difference - grain);
    }
    boolean inkIsDark = darker >= lighter;
    for (int i = 0; i < differences.length; i++) {
      differences[i] = inkIsDark ? -differences[i] : differences[i];
    }
    double peak = peak(differences, Math.max(grain, LEAST_CONTRAST));
    double threshold = Math.max(grain, 0.35 * peak);
    return new Paper(
        value(surface, new double[] {1, 0, 0, 0, 0, 0}),
        inkIsDark,
        threshold,
        ink(differences, threshold, peak));
  }

  /** What the darker half of the ink is at least; infinite where there is none. */
  private static double peak(float[] differences, double least) {
    float[] standing = new float[differences.length];
    int count = 0;
    for (float difference : differences) {
      if (difference > least) {
        standing[count++] = difference;
      }
    }
    Arrays.sort(standing, 0, count);
    return count == 0 ? Double.POSITIVE_INFINITY : standing[count / 2];
  }

  private static float[] ink(float[] differences, double threshold, double peak) {
    float[] ink = new float[differences.length];
    for (int i = 0; i < ink.length; i++) {
      ink[i] = differences[i] < threshold ? 0 : (float) Math.min(1, differences[i] / peak);
    }
    return ink;
  }

  private static double[] terms(int pixel, int width, int height) {
    double x = 2.0 * (pixel % width) / width - 1;
    int row = pixel / width;
    double y = 2.0 * row / height - 1;
    return new double[] {1, x, y, x * x, x * y, y * y};
  }

  private static double value(double[] surface, double[] terms) {
    double sum = 0;
    for (int i = 0; i < TERMS; i++) {
      sum += surface[i] * terms[i];
    }
    return sum;
  }

  /** Least squares, again and again without the pixels that are far off. */
  private static double[] surface(float[] grey, int width, int height) {
    int step = Math.max(1, grey.length / SAMPLES) | 1; // odd: no column is always left out
    float[] distances = new float[(grey.length + step - 1) / step];
    double[] surface = new double[TERMS];
    double reach = Double.POSITIVE_INFINITY;
    surface[0] = median(grey);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < distances.length; i++) {
        distances[i] = (float) (grey[i * step] - value(surface, terms(i * step, width, height)));
      }
      reach = Math.max(3, 3 * medianSize(distances));
      double[][] equations = new double[TERMS][TERMS + 1];
      for (int i = 0; i < distances.length; i++) {
        if (Math.abs(distances[i]) <= reach) {
          add(equations, terms(i * step, width, height), grey[i * step]);
        }
      }
      surface = solve(equations);
    }
    return surface;
  }

  private static void add(double[][] equations, double[] terms, double grey) {
    for (int row = 0; row < TERMS; row++) {
      for (int column = 0; column < TERMS; column++) {
        equations[row][column] += terms[row] * terms[column];
      }
      equations[row][TERMS] += terms[row] * grey;
    }
  }

  /** Gauss and Jordan; a ridge far below a grey level keeps a flat or narrow picture solvable. */
  private static double[] solve(double[][] equations) {
    for (int pivot = 0; pivot < TERMS; pivot++) {
      equations[pivot][pivot] += 1e-6;
    }
    for (int pivot = 0; pivot < TERMS; pivot++) {
      for (int row = 0; row < TERMS; row++) {
        double factor = row == pivot ? 0 : equations[row][pivot] / equations[pivot][pivot];
        for (int column = pivot; column <= TERMS && factor != 0; column++) {
          equations[row][column] -= factor * equations[pivot][column];
        }
      }
    }
    double[] solution = new double[TERMS];
    Arrays.setAll(solution, i -> equations[i][TERMS] / equations[i][i]);
    return solution;
  }

  private static double median(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double medianSize(float[] values) {
    float[] sizes = new float[values.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(values[i]);
    }
    return median(sizes);
  }
}

package io.lockstep.data;

import io.lockstep.base.Seeds;
import java.util.SplittableRandom;

/**
 * A generated table: {@value #COLUMNS} columns of numbers in units as different as those of a real
 * one, and {@value #CLASSES} classes.
 *
 * <p>Each class is two Gaussian clouds, so that no plane parts it from the others. Row {@code i} of
 * a split depends on the split and {@code i} alone.
 */
public final class GeneratedTable {
  public static final int COLUMNS = 20;
  public static final int CLASSES = 3;

  private static final int CLOUDS = 2;
  private static final Seeds SEEDS = new Seeds(20_3);

  /** What one unit of a column is multiplied by; the next columns begin anew. */
  private static final double[] UNITS = {0.01, 1, 50, 0.3, 1000};

  /** Distance of a column's middle from 0, in units. */
  private static final double OFFSET = 3;

  private static final double[][] CENTRES = centres();

  private GeneratedTable() {}

  /**
   * A row of the table.
   *
   * @param label 0 to {@value #CLASSES} - 1
   * @param values of the {@value #COLUMNS} columns
   */
  public record Example(int label, double[] values) {}

  /** How many rows {@code split} has. */
  public static int rows(Split split) {
    return split == Split.TEST ? 2_000 : 10_000;
  }

  /** Row {@code row} of {@code split}. */
  public static Example draw(Split split, int row) {
    SplittableRandom random = SEEDS.stream(Seeds.Purpose.TABLE, split == Split.TEST ? 1 : 0, row);
    int label = random.nextInt(CLASSES);
    double[] centre = CENTRES[label * CLOUDS + random.nextInt(CLOUDS)];
    double[] values = new double[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      values[i] = UNITS[i % UNITS.length] * (OFFSET + centre[i] + random.nextGaussian());
    }
    return new Example(label, values);
  }

  private static double[][] centres() {
    SplittableRandom random = SEEDS.stream(Seeds.Purpose.TABLE, 2, 0);
    double[][] centres = new double[CLASSES * CLOUDS][COLUMNS];
    for (double[] centre : centres) {
      for (int i = 0; i < COLUMNS; i++) {
        centre[i] = 2 * random.nextDouble() - 1;
      }
    }
    return centres;
  }
}

package io.lockstep.study;

import io.lockstep.base.InvalidInputException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DiagonalMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Prices of all {@link Cost}s, none of them negative.
 *
 * @param prices in seconds per unit
 * @param knowsLinks whether points over a link were among those it was fitted to; else a link is
 *     taken to move exactly what its rate says
 */
public record CostModel(Map<Cost, Double> prices, boolean knowsLinks) {
  /** Below this, a combination of costs is the same at all points, but for rounding. */
  private static final double LEAST_INVERSE_CONDITION = 1e-9;

  private static final int POINTS_PER_COST = 2;

  /** Errors below this weigh alike, so that no point's weight is without bounds. */
  private static final double LEAST_ERROR = 0.02;

  /**
   * How often points are weighed anew. Five times as often moves the median error by 0.1 points.
   */
  private static final int ROUNDS = 20;

  public CostModel {
    prices = Map.copyOf(prices);
  }

  /**
   * The prices with the least sum of absolute relative errors at {@code points}: a step that other
   * work got in the way of does not sway them, as it would with squares.
   *
   * @throws InvalidInputException if these points leave prices open
   */
  public static CostModel fit(List<StudyPoint> points) {
    boolean knowsLinks = points.stream().anyMatch(point -> Cost.LINK.amount(point) > 0);
    List<Cost> costs =
        Arrays.stream(Cost.values()).filter(cost -> knowsLinks || cost != Cost.LINK).toList();
    requireEnough(points.size(), costs.size());
    RealMatrix amounts = new Array2DRowRealMatrix(points.size(), costs.size());
    double[] scales = new double[costs.size()];
    for (int column = 0; column < scales.length; column++) {
      RealVector relative = relative(costs.get(column), points);
      scales[column] = relative.getNorm();
      amounts.setColumnVector(
          column, scales[column] > 0 ? relative.mapDivide(scales[column]) : relative);
    }
    requireDetermined(amounts);
    double[] scaled = leastErrors(amounts);
    Map<Cost, Double> prices = new EnumMap<>(Cost.class);
    prices.put(Cost.LINK, 1.0);
    for (int column = 0; column < scales.length; column++) {
      prices.put(costs.get(column), scaled[column] / scales[column]);
    }
    return new CostModel(prices, knowsLinks);
  }

  /** Amounts that {@code cost} has, in parts of what was measured. */
  private static RealVector relative(Cost cost, List<StudyPoint> points) {
    return new ArrayRealVector(
        points.stream().mapToDouble(point -> cost.amount(point) / point.seconds()).toArray());
  }

  private static void requireEnough(int points, int costs) {
    if (points < POINTS_PER_COST * costs) {
      throw new InvalidInputException(
          String.format(
              "A model of %d costs must be fitted to at least %d points, but there are %d. Measure"
                  + " more, or add some with --with.",
              costs, POINTS_PER_COST * costs, points));
    }
  }

  private static void requireDetermined(RealMatrix amounts) {
    SingularValueDecomposition values = new SingularValueDecomposition(amounts);
    double least = LEAST_INVERSE_CONDITION * values.getNorm();
    long known = Arrays.stream(values.getSingularValues()).filter(value -> value > least).count();
    if (known < amounts.getColumnDimension()) {
      throw new InvalidInputException(
          String.format(
              "The points must tell %d costs apart, but tell only %d. Measure with several workers,"
                  + " networks, batches and shards, in one JVM and in executors, with both exchanges.",
              amounts.getColumnDimension(), known));
    }
  }

  /**
   * The non-negative combination of columns with the least sum of absolute differences from one: by
   * least squares that weigh each row by its last difference, Schlossmacher, "An Iterative
   * Technique for Absolute Deviations Curve Fitting" (JASA 68, 1973).
   */
  private static double[] leastErrors(RealMatrix columns) {
    RealVector ones = new ArrayRealVector(columns.getRowDimension(), 1.0);
    double[] found = nonNegative(columns, ones);
    for (int round = 0; round < ROUNDS; round++) {
      RealVector errors = new ArrayRealVector(columns.operate(found)).subtract(ones);
      RealVector roots = errors.map(error -> 1 / Math.sqrt(Math.max(LEAST_ERROR, Math.abs(error))));
      found = nonNegative(new DiagonalMatrix(roots.toArray()).multiply(columns), roots);
    }
    return found;
  }

  /**
   * The non-negative combination of columns that is nearest to {@code target}. It is the plain
   * least squares of the columns that it uses, so it is found among those of all choices of
   * columns.
   */
  private static double[] nonNegative(RealMatrix columns, RealVector target) {
    int[] rows = IntStream.range(0, columns.getRowDimension()).toArray();
    double[] best = new double[columns.getColumnDimension()];
    double least = target.dotProduct(target); // of using none
    for (int choice = 1; choice < 1 << best.length; choice++) {
      int chosen = choice;
      int[] used = IntStream.range(0, best.length).filter(c -> (chosen >> c & 1) == 1).toArray();
      RealMatrix part = columns.getSubMatrix(rows, used);
      RealVector found = new QRDecomposition(part).getSolver().solve(target);
      double distance = part.operate(found).getDistance(target);
      if (found.getMinValue() >= 0 && distance * distance < least) {
        least = distance * distance;
        best = new double[best.length];
        for (int i = 0; i < used.length; i++) {
          best[used[i]] = found.getEntry(i);
        }
      }
    }
    return best;
  }

  /** Seconds that a step takes at {@code point}, whatever was measured there. */
  public double seconds(StudyPoint point) {
    return prices.keySet().stream().mapToDouble(cost -> seconds(cost, point)).sum();
  }

  /** Seconds of it that are for {@code cost}. */
  public double seconds(Cost cost, StudyPoint point) {
    return prices.get(cost) * cost.amount(point);
  }
}

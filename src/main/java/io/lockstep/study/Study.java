package io.lockstep.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Measured points, and the model of those that were not held out.
 *
 * @param points in the order of measuring
 * @param model that has not seen the points that {@link #isHeldOut} tells
 */
public record Study(List<StudyPoint> points, CostModel model) {
  /** One point of so many is held out. */
  private static final int HELD_OUT = 3;

  public Study {
    points = List.copyOf(points);
  }

  /**
   * Fits a model to two thirds of {@code points}.
   *
   * @throws io.lockstep.base.InvalidInputException if these leave prices open
   */
  public static Study of(List<StudyPoint> points) {
    List<StudyPoint> seen = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (!isHeldOut(i)) {
        seen.add(points.get(i));
      }
    }
    return new Study(points, CostModel.fit(seen));
  }

  /** Whether point {@code index} is one to judge by, which the model has not seen. */
  public static boolean isHeldOut(int index) {
    return index % HELD_OUT == HELD_OUT - 1;
  }

  /** How far off the model is at point {@code index}, in parts of what was measured. */
  public double error(int index) {
    StudyPoint point = points.get(index);
    return model.seconds(point) / point.seconds() - 1;
  }

  /** The median of absolute errors at points that were held out, or at those that were not. */
  public double medianError(boolean heldOut) {
    return StatUtils.percentile(
        IntStream.range(0, points.size())
            .filter(i -> isHeldOut(i) == heldOut)
            .mapToDouble(i -> Math.abs(error(i)))
            .toArray(),
        50);
  }
}

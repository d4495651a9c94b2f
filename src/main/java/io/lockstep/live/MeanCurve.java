package io.lockstep.live;

import io.lockstep.report.SvgChart;
import java.util.ArrayList;
import java.util.List;

/**
 * A curve over steps that stays small: each point is the mean of a stretch of steps, and when there
 * are too many, the stretches become twice as long.
 */
final class MeanCurve {
  private static final int MOST_POINTS = 300;

  private List<SvgChart.Point> points = new ArrayList<>();
  private long stretch = 1;
  private long count;
  private double sum;

  /** Adds the value of the next step. */
  void add(long step, double value) {
    sum += value;
    count++;
    if (count == stretch) {
      points.add(new SvgChart.Point(step, sum / count));
      sum = 0;
      count = 0;
      if (points.size() == MOST_POINTS) {
        halve();
      }
    }
  }

  private void halve() {
    List<SvgChart.Point> halved = new ArrayList<>();
    for (int i = 0; i < points.size(); i += 2) {
      SvgChart.Point last = points.get(i + 1);
      halved.add(new SvgChart.Point(last.x(), (points.get(i).y() + last.y()) / 2));
    }
    points = halved;
    stretch *= 2;
  }

  /** The points so far, at the last steps of their stretches. */
  SvgChart.Curve named(String name) {
    return new SvgChart.Curve(name, List.copyOf(points));
  }
}

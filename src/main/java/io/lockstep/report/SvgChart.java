package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Curves as SVG.
 *
 * @param title above them
 * @param x what goes to the right
 * @param y what goes up; nothing if the title says it
 * @param scale of what goes up
 * @param curves each with a name, and the colour of its place among them
 */
public record SvgChart(String title, String x, String y, Scale scale, List<Curve> curves) {

  /** How values become heights. */
  public enum Scale {
    /** In proportion. */
    LINEAR,
    /** Equal factors are equally high; what is not positive is left out. */
    LOGARITHMIC
  }

  /**
   * A curve.
   *
   * @param points from left to right; those that are not finite are left out
   */
  public record Curve(String name, List<Point> points) {
    /** The {@code values} over 1, 2, 3 and so on. */
    public static Curve counted(String name, double[] values) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        points.add(new Point(i + 1, values[i]));
      }
      return new Curve(name, points);
    }
  }

  /** A place in the units of the axes. */
  public record Point(double x, double y) {
    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  public SvgChart {
    curves = List.copyOf(curves);
  }

  /** A picture that stands alone, on white. */
  public String onWhite() {
    return new ChartDrawing(this, Svg.Tones.ON_WHITE).svg();
  }

  /** A picture for a page that may be light or dark, as notebooks are. */
  public String onPage() {
    return new ChartDrawing(this, Svg.Tones.ON_PAGE).svg();
  }
}

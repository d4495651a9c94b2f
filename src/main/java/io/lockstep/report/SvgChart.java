package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves as an SVG file, on white.
 *
 * @param title above them
 * @param x what goes to the right
 * @param y what goes up
 * @param curves each with a name and a colour of its own
 */
record SvgChart(String title, String x, String y, List<Curve> curves) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 72;
  private static final int RIGHT = 20;
  private static final int TOP = 64;
  private static final int BOTTOM = 52;

  /** Told apart by whoever sees few colours, too. */
  private static final List<String> COLORS = List.of("#0072b2", "#d55e00", "#009e73", "#7b5ea7");

  /** Points from left to right. */
  record Curve(String name, List<Point> points) {}

  /** A place in the units of the axes. */
  record Point(double x, double y) {
    private boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /** The part of an axis that is shown, with marks at round values. */
  private record Axis(double from, double to, double every) {
    static Axis of(double least, double most) {
      double span = most > least ? most - least : Math.max(1e-9, Math.abs(most));
      double power = Math.pow(10, Math.floor(Math.log10(span / 5)));
      double every = 10 * power;
      for (double step : new double[] {5, 2, 1}) {
        every = span / (step * power) <= 7 ? step * power : every;
      }
      return new Axis(
          Math.floor(least / every) * every,
          Math.max(Math.ceil(most / every), Math.floor(least / every) + 1) * every,
          every);
    }

    double share(double value) {
      return (value - from) / (to - from);
    }

    List<Double> marks() {
      List<Double> marks = new ArrayList<>();
      for (int i = 0; from + i * every <= to + every / 2; i++) {
        marks.add(from + i * every);
      }
      return marks;
    }

    String text(double mark) {
      int digits = (int) Math.max(0, Math.ceil(-Math.log10(every) - 1e-9));
      return String.format(Locale.ROOT, "%,." + digits + "f", mark);
    }
  }

  SvgChart {
    curves =
        curves.stream()
            .map(
                curve ->
                    new Curve(
                        curve.name(), curve.points().stream().filter(Point::isFinite).toList()))
            .filter(curve -> !curve.points().isEmpty())
            .toList();
  }

  String svg() {
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    svg.text(LEFT, 26, "start", 17, title);
    if (curves.isEmpty()) {
      svg.text(WIDTH / 2.0, HEIGHT / 2.0, "middle", 14, "nothing to show yet");
      return svg.end();
    }
    List<Point> points = curves.stream().flatMap(curve -> curve.points().stream()).toList();
    Axis right =
        Axis.of(
            Math.min(0, points.stream().mapToDouble(Point::x).min().orElse(0)),
            points.stream().mapToDouble(Point::x).max().orElse(1));
    Axis up =
        Axis.of(
            points.stream().mapToDouble(Point::y).min().orElse(0),
            points.stream().mapToDouble(Point::y).max().orElse(1));
    drawAxes(svg, right, up);
    for (int i = 0; i < curves.size(); i++) {
      drawCurve(svg, i, right, up);
    }
    return svg.end();
  }

  private static double across(Axis axis, double value) {
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double down(Axis axis, double value) {
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private void drawAxes(Svg svg, Axis right, Axis up) {
    for (double mark : up.marks()) {
      double height = down(up, mark);
      svg.line(LEFT, height, WIDTH - RIGHT, height, "#e2e5e9", 1);
      svg.text(LEFT - 8, height + 4, "end", 12, up.text(mark));
    }
    for (double mark : right.marks()) {
      svg.text(across(right, mark), HEIGHT - BOTTOM + 18, "middle", 12, right.text(mark));
    }
    svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#6b7280", 1);
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", 13, x);
    svg.upright(16, (TOP + HEIGHT - BOTTOM) / 2.0, y);
  }

  private void drawCurve(Svg svg, int number, Axis right, Axis up) {
    Curve curve = curves.get(number);
    String color = COLORS.get(number % COLORS.size());
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      double across = across(right, point.x());
      double down = down(up, point.y());
      path.append(
          String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", across, down));
      if (curve.points().size() <= 60) {
        svg.dot(across, down, color);
      }
    }
    svg.path(path.toString(), color);
    double legend = LEFT + number * 150.0;
    svg.line(legend, 44, legend + 18, 44, color, 3);
    svg.text(legend + 24, 48, "start", 13, curve.name());
  }
}

package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a {@link SvgChart}: title, names of the curves, axes, curves. */
final class ChartDrawing {
  private static final int WIDTH = 720;
  private static final int PLOT_HEIGHT = 284;
  private static final int LEFT = 72;
  private static final int RIGHT = 20;
  private static final int BOTTOM = 52;
  private static final int LEGEND_TOP = 44;
  private static final int LEGEND_LINE = 20;

  /** What a letter of the legend takes at the most, on average. */
  private static final double LETTER = 7.5;

  /** More points than there are places to the right can't be seen. */
  private static final int MOST_POINTS = WIDTH - LEFT - RIGHT;

  private static final int MOST_DOTS = 60;

  /** Told apart by whoever sees few colours, too; from the ninth on curves are dashed. */
  private static final List<String> COLORS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#9467bd", "#b58900", "#cc5a9a", "#8c564b", "#6b7280");

  private final SvgChart chart;
  private final List<List<SvgChart.Point>> curves = new ArrayList<>();
  private final List<Entry> legend;
  private final int top;
  private final Svg svg;
  private ChartAxis right;
  private ChartAxis up;

  ChartDrawing(SvgChart chart, Svg.Tones tones) {
    this.chart = chart;
    chart.curves().forEach(curve -> curves.add(shown(curve)));
    legend = legend();
    top = LEGEND_LINE + (legend.isEmpty() ? LEGEND_TOP : legend.get(legend.size() - 1).y);
    svg = new Svg(WIDTH, top + PLOT_HEIGHT + BOTTOM, chart.title(), tones);
  }

  /** The points of {@code curve} in the units of the axes, thinned. */
  private List<SvgChart.Point> shown(SvgChart.Curve curve) {
    boolean logarithmic = chart.scale() == SvgChart.Scale.LOGARITHMIC;
    List<SvgChart.Point> points =
        curve.points().stream()
            .map(
                point -> logarithmic ? new SvgChart.Point(point.x(), Math.log10(point.y())) : point)
            .filter(SvgChart.Point::isFinite)
            .toList();
    int stride = 1 + points.size() / MOST_POINTS;
    List<SvgChart.Point> thinned = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (i % stride == 0 || i == points.size() - 1) {
        thinned.add(points.get(i));
      }
    }
    return thinned;
  }

  String svg() {
    svg.text(LEFT, 26, "start", 17, chart.title());
    List<SvgChart.Point> points = curves.stream().flatMap(List::stream).toList();
    if (points.isEmpty()) {
      svg.text(WIDTH / 2.0, top + PLOT_HEIGHT / 2.0, "middle", 14, "nothing to show yet");
      return svg.end();
    }
    legend.forEach(this::draw);
    boolean counted = points.stream().allMatch(point -> point.x() == Math.rint(point.x()));
    right =
        ChartAxis.of(
            Math.min(0, least(points, SvgChart.Point::x)),
            most(points, SvgChart.Point::x),
            counted ? 1 : 0,
            SvgChart.Scale.LINEAR);
    double lowest = least(points, SvgChart.Point::y);
    double highest = most(points, SvgChart.Point::y);
    boolean decades = chart.scale() == SvgChart.Scale.LOGARITHMIC && highest - lowest >= 1;
    up = ChartAxis.of(lowest, highest, decades ? 1 : 0, chart.scale());
    drawAxes();
    for (int i = 0; i < curves.size(); i++) {
      drawCurve(i);
    }
    return svg.end();
  }

  private static double least(
      List<SvgChart.Point> points, ToDoubleFunction<SvgChart.Point> coordinate) {
    return points.stream().mapToDouble(coordinate).min().orElseThrow();
  }

  private static double most(
      List<SvgChart.Point> points, ToDoubleFunction<SvgChart.Point> coordinate) {
    return points.stream().mapToDouble(coordinate).max().orElseThrow();
  }

  private static boolean isDashed(int curve) {
    return curve >= COLORS.size();
  }

  private static String color(int curve) {
    return COLORS.get(curve % COLORS.size());
  }

  /** A name beside its colour. */
  private record Entry(String name, int curve, double x, int y) {}

  /** The names of the curves, line by line. */
  private List<Entry> legend() {
    List<Entry> entries = new ArrayList<>();
    double x = LEFT;
    int y = LEGEND_TOP;
    for (int i = 0; i < curves.size(); i++) {
      if (curves.get(i).isEmpty()) {
        continue;
      }
      String name = chart.curves().get(i).name();
      double width = 44 + LETTER * name.length();
      if (x > LEFT && x + width > WIDTH) {
        x = LEFT;
        y += LEGEND_LINE;
      }
      entries.add(new Entry(name, i, x, y));
      x += width;
    }
    return entries;
  }

  private void draw(Entry entry) {
    svg.path(
        String.format(Locale.ROOT, "M%.1f %dh18", entry.x, entry.y),
        color(entry.curve),
        isDashed(entry.curve));
    svg.text(entry.x + 24, entry.y + 4, "start", 13, entry.name);
  }

  private double across(double value) {
    return LEFT + right.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private double down(double value) {
    return top + (1 - up.share(value)) * PLOT_HEIGHT;
  }

  private void drawAxes() {
    int bottom = top + PLOT_HEIGHT;
    for (double mark : up.marks()) {
      double height = down(mark);
      svg.line(LEFT, height, WIDTH - RIGHT, height, svg.tones().rule, 1);
      svg.text(LEFT - 8, height + 4, "end", 12, up.text(mark));
    }
    for (double mark : right.marks()) {
      svg.text(across(mark), bottom + 18, "middle", 12, right.text(mark));
    }
    svg.line(LEFT, bottom, WIDTH - RIGHT, bottom, svg.tones().frame, 1);
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 40, "middle", 13, chart.x());
    svg.upright(16, top + PLOT_HEIGHT / 2.0, chart.y());
  }

  private void drawCurve(int curve) {
    List<SvgChart.Point> points = curves.get(curve);
    StringBuilder path = new StringBuilder();
    for (SvgChart.Point point : points) {
      double across = across(point.x());
      double down = down(point.y());
      path.append(
          String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", across, down));
      if (points.size() <= MOST_DOTS) {
        svg.dot(across, down, color(curve));
      }
    }
    if (!path.isEmpty()) {
      svg.path(path.toString(), color(curve), isDashed(curve));
    }
  }
}

package io.lockstep.notebook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Curves as SVG. */
final class CurvesSvg {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 280;
  private static final int LEFT = 56;
  private static final int RIGHT = 160;
  private static final int TOP = 28;
  private static final int BOTTOM = 36;
  private static final int LINE = 16;
  private static final int TICKS = 4;

  /** More points than the width shows are left out. */
  private static final int MOST_POINTS = WIDTH - LEFT - RIGHT;

  private static final List<String> COLOURS =
      List.of("#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b");

  private final Map<String, double[]> curves;
  private final boolean logarithmic;
  private final int longest;
  private final double lowest;
  private final double highest;
  private final StringBuilder svg = new StringBuilder();

  CurvesSvg(String title, String over, Map<String, double[]> curves, boolean logarithmic) {
    this.curves = curves;
    this.logarithmic = logarithmic;
    double[] shown =
        curves.values().stream()
            .flatMapToDouble(Arrays::stream)
            .map(this::scaled)
            .filter(Double::isFinite)
            .toArray();
    double low = Arrays.stream(shown).min().orElse(0);
    double high = Arrays.stream(shown).max().orElse(1);
    this.lowest = low;
    this.highest = high > low ? high : low + 1;
    this.longest = curves.values().stream().mapToInt(values -> values.length).max().orElse(0);
    draw(title, over);
  }

  private double scaled(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  private void draw(String title, String over) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#777\"><title>%s</title>",
        WIDTH, HEIGHT, WIDTH, Html.escaped(title));
    add("<text x=\"%d\" y=\"16\" font-size=\"14\">%s</text>", LEFT, Html.escaped(title));
    for (int tick = 0; tick <= TICKS; tick++) {
      double value = lowest + (highest - lowest) * tick / TICKS;
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#999\" stroke-opacity=\".3\"/>"
              + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT, WIDTH - RIGHT, y(value), y(value), LEFT - 6, y(value) + 4, label(value));
    }
    add("<text x=\"%d\" y=\"%d\">1</text>", LEFT, HEIGHT - BOTTOM + LINE);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s %d</text>",
        WIDTH - RIGHT, HEIGHT - BOTTOM + LINE, Html.escaped(over), longest);
    int curve = 0;
    for (Map.Entry<String, double[]> entry : curves.entrySet()) {
      draw(entry.getKey(), entry.getValue(), curve++);
    }
    svg.append("</svg>");
  }

  private void draw(String name, double[] values, int curve) {
    String colour = COLOURS.get(curve % COLOURS.size());
    List<String> points = new ArrayList<>();
    int stride = Math.max(1, values.length / MOST_POINTS);
    for (int i = 0; i < values.length; i += stride) {
      double value = scaled(values[i]);
      if (Double.isFinite(value)) {
        points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(i), y(value)));
      }
    }
    add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" points=\"%s\"/>",
        colour, String.join(" ", points));
    if (values.length == 1 && !points.isEmpty()) {
      String[] point = points.get(0).split(",", -1);
      add("<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>", point[0], point[1], colour);
    }
    add(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
        WIDTH - RIGHT + 10, TOP + LINE * (curve + 1), colour, Html.escaped(name));
  }

  private double x(int index) {
    double part = longest > 1 ? (double) index / (longest - 1) : 0.5;
    return LEFT + part * (WIDTH - LEFT - RIGHT);
  }

  private double y(double scaled) {
    double part = (scaled - lowest) / (highest - lowest);
    return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
  }

  private String label(double scaled) {
    return String.format(Locale.ROOT, "%.3g", logarithmic ? Math.pow(10, scaled) : scaled);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  @Override
  public String toString() {
    return svg.toString();
  }
}

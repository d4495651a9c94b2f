package io.lockstep.report;

import java.util.Locale;

/** An SVG file, shape by shape, on white. */
final class Svg {
  private final StringBuilder shapes = new StringBuilder();

  Svg(int width, int height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\" font-family=\"system-ui, sans-serif\" fill=\"#1c2733\">",
        width, height, width, height);
    add("<title>%s</title>", Page.escaped(title));
    box(0, 0, width, height, "#ffffff");
  }

  private void add(String format, Object... arguments) {
    shapes.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  void box(double x, double y, double width, double height, String color) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        x, y, width, height, color);
  }

  void line(double x1, double y1, double x2, double y2, String color, int width) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>",
        x1, y1, x2, y2, color, width);
  }

  void dot(double x, double y, String color) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, color);
  }

  void path(String path, String color) {
    add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, color);
  }

  void text(double x, double y, String anchor, int size, String text) {
    text(x, y, anchor, size, "#1c2733", text);
  }

  void text(double x, double y, String anchor, int size, String color, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor, size, color, Page.escaped(text));
  }

  /** Text that reads upwards, with its middle at the place. */
  void upright(double x, double y, String text) {
    add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\""
            + " font-size=\"13\">%s</text>",
        x, y, Page.escaped(text));
  }

  String end() {
    return shapes + "</svg>\n";
  }
}

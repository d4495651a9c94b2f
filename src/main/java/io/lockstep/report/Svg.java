package io.lockstep.report;

import java.util.Locale;

/** An SVG picture, shape by shape. */
final class Svg {
  /** What the parts that carry no meaning of their own are drawn in. */
  enum Tones {
    /** On white, wherever it is shown. */
    ON_WHITE("#1c2733", "#e2e5e9", "#6b7280"),
    /** On the ground of the page around it, be it light or dark. */
    ON_PAGE("#777777", "#8888884d", "#888888");

    final String ink;
    final String rule;
    final String frame;

    Tones(String ink, String rule, String frame) {
      this.ink = ink;
      this.rule = rule;
      this.frame = frame;
    }
  }

  private final StringBuilder shapes = new StringBuilder();
  private final Tones tones;

  Svg(int width, int height, String title, Tones tones) {
    this.tones = tones;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " style=\"max-width: 100%%; height: auto\" role=\"img\""
            + " font-family=\"system-ui, sans-serif\" fill=\"%s\">",
        width, height, width, height, tones.ink);
    add("<title>%s</title>", Markup.escaped(title));
    if (tones == Tones.ON_WHITE) {
      box(0, 0, width, height, "#ffffff");
    }
  }

  Tones tones() {
    return tones;
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

  void path(String path, String color, boolean isDashed) {
    add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        path, color, isDashed ? " stroke-dasharray=\"8 4\"" : "");
  }

  void text(double x, double y, String anchor, int size, String text) {
    text(x, y, anchor, size, tones.ink, text);
  }

  void text(double x, double y, String anchor, int size, String color, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor, size, color, Markup.escaped(text));
  }

  /** Text that reads upwards, with its middle at the place. */
  void upright(double x, double y, String text) {
    add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\""
            + " font-size=\"13\">%s</text>",
        x, y, Markup.escaped(text));
  }

  String end() {
    return shapes + "</svg>\n";
  }
}

package io.lockstep.notebook;

import io.lockstep.report.Markup;
import java.util.List;
import java.util.Locale;

/** Tables and grids that are read in light and dark notebooks alike. */
final class Html {
  private static final String WRONG = "#d62728";

  private Html() {}

  /**
   * One of a grid.
   *
   * @param uri of the picture
   * @param caption below it
   * @param wrong whether it shows a mistake
   */
  record Picture(String uri, String caption, boolean wrong) {}

  static String table(List<String> head, List<? extends List<?>> rows) {
    StringBuilder html = new StringBuilder("<table><thead><tr>");
    head.forEach(title -> html.append("<th>").append(Markup.escaped(title)).append("</th>"));
    html.append("</tr></thead><tbody>");
    for (List<?> row : rows) {
      html.append("<tr>");
      row.forEach(value -> html.append("<td>").append(cell(value)).append("</td>"));
      html.append("</tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private static String cell(Object value) {
    return value instanceof Double fraction
        ? String.format(Locale.ROOT, "%.4g", fraction)
        : Markup.escaped(String.valueOf(value));
  }

  static String confusion(long[][] counts) {
    StringBuilder html =
        new StringBuilder(
            "<table><caption>rows: label, columns: prediction</caption><tr><th></th>");
    for (int prediction = 0; prediction < counts.length; prediction++) {
      html.append("<th>").append(prediction).append("</th>");
    }
    for (int label = 0; label < counts.length; label++) {
      html.append("</tr><tr><th>").append(label).append("</th>");
      long rows = 0;
      for (long count : counts[label]) {
        rows += count;
      }
      for (int prediction = 0; prediction < counts.length; prediction++) {
        long count = counts[label][prediction];
        html.append(shaded(count, rows, label == prediction));
      }
    }
    return html.append("</tr></table>").toString();
  }

  /** A count on a shade of how large a part of its row it is; mistakes stand out early. */
  private static String shaded(long count, long rows, boolean right) {
    double part = rows == 0 ? 0 : (double) count / rows;
    double shade = count == 0 ? 0 : right ? 0.5 * part : Math.min(0.9, 0.1 + 8 * part);
    return String.format(
        Locale.ROOT,
        "<td style=\"text-align:right;background:rgba(%s,%.2f)\">%s</td>",
        right ? "44,160,44" : "214,39,40",
        shade,
        count == 0 ? "" : count);
  }

  static String grid(List<Picture> pictures) {
    StringBuilder html = new StringBuilder("<div style=\"display:flex;flex-wrap:wrap;gap:8px\">");
    for (Picture picture : pictures) {
      html.append("<figure style=\"margin:0;text-align:center;font-size:12px")
          .append(picture.wrong() ? ";color:" + WRONG : "")
          .append(
              "\"><img alt=\"\" style=\"width:64px;height:64px;image-rendering:pixelated\" src=\"")
          .append(picture.uri())
          .append("\"><figcaption>")
          .append(Markup.escaped(picture.caption()))
          .append("</figcaption></figure>");
    }
    return html.append("</div>").toString();
  }
}

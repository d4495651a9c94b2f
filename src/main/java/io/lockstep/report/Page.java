package io.lockstep.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A page that is one file: styles, scripts and data are inside, nothing is fetched.
 *
 * @param title of the window
 * @param headline what there is to know, in a line
 * @param script the resource that fills it
 * @param data for the script
 */
record Page(String title, String headline, String script, Map<String, Object> data) {
  private static final List<String> STYLES = List.of("uplot/uPlot.min.css", "page.css");
  private static final List<String> LIBRARIES = List.of("uplot/uPlot.iife.min.js", "charts.js");

  String html() {
    String scripts =
        LIBRARIES.stream().map(Page::resource).collect(Collectors.joining("\n"))
            + "\n"
            + resource(script);
    return fill(
        resource("page.html"),
        Map.of(
            "title", Markup.escaped(title),
            "headline", Markup.escaped(headline),
            "licence", resource("uplot/LICENSE").strip(),
            "styles", STYLES.stream().map(Page::resource).collect(Collectors.joining("\n")),
            "data", Json.inPage(data),
            "scripts", scripts));
  }

  /** Puts values in place of {@code {{name}}}, in one pass: what is put in is not looked at. */
  private static String fill(String template, Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    int done = 0;
    for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", done)) {
      int close = template.indexOf("}}", open);
      filled.append(template, done, open).append(values.get(template.substring(open + 2, close)));
      done = close + 2;
    }
    return filled.append(template.substring(done)).toString();
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

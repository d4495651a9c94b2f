package io.lockstep.report;

/** Texts inside HTML and SVG. */
public final class Markup {
  private Markup() {}

  /** {@code text} as text of HTML or XML, also within quotes. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

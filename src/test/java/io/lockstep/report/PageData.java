package io.lockstep.report;

import com.typesafe.config.Config;
import io.lockstep.base.HoconReader;

/** What a page's script shows. */
final class PageData {
  private static final String BEGIN = "<script type=\"application/json\" id=\"data\">";

  private PageData() {}

  static Config of(String html) {
    int begin = html.indexOf(BEGIN) + BEGIN.length();
    return HoconReader.json("data", html.substring(begin, html.indexOf("</script>", begin)));
  }
}

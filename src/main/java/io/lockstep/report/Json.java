package io.lockstep.report;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The data of a page. */
final class Json {
  /** More digits than a curve can show. */
  private static final MathContext SHOWN = new MathContext(6);

  private Json() {}

  /**
   * {@code data} in a line, to stand in a page's {@code script}: without any {@code <}, it can't
   * end that, whatever is in its texts.
   */
  static String inPage(Map<String, Object> data) {
    return ConfigValueFactory.fromMap(data)
        .render(ConfigRenderOptions.concise())
        .replace("<", "\\u003c");
  }

  /** {@code value} in the digits that are shown; null if it is not finite, which JSON has not. */
  static Object number(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(SHOWN).doubleValue() : null;
  }

  /** The same; null if there is none. */
  static Object number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : null;
  }

  /** The same; null if there is none. */
  static Object number(Optional<Double> value) {
    return value.map(Json::number).orElse(null);
  }
}

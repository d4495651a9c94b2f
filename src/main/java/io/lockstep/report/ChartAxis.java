package io.lockstep.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The part of an axis that is shown, with marks at round values.
 *
 * @param every the distance of two marks
 * @param scale where it is logarithmic, all values are powers of ten
 */
record ChartAxis(double from, double to, double every, SvgChart.Scale scale) {
  private static final int MOST_MARKS = 7;
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /**
   * One for the values from {@code least} to {@code most}.
   *
   * @param finest no marks are closer: 1 where what is between whole numbers means nothing
   */
  static ChartAxis of(double least, double most, double finest, SvgChart.Scale scale) {
    double span = most > least ? most - least : Math.max(1e-9, Math.abs(most));
    double power = Math.pow(10, Math.floor(Math.log10(span / 5)));
    double every = 10 * power;
    for (double step : new double[] {5, 2, 1}) {
      every = span / (step * power) <= MOST_MARKS ? step * power : every;
    }
    every = Math.max(finest, every);
    return new ChartAxis(
        Math.floor(least / every) * every,
        Math.max(Math.ceil(most / every), Math.floor(least / every) + 1) * every,
        every,
        scale);
  }

  /** How far along {@code value} is: 0 at the beginning, 1 at the end. */
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
    if (scale == SvgChart.Scale.LOGARITHMIC) {
      return power(Math.pow(10, mark));
    }
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(every) - 1e-9));
    return String.format(Locale.ROOT, "%,." + digits + "f", mark);
  }

  private static String power(double value) {
    return value >= 1e-4 && value < 1e6
        ? new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%.0e", value);
  }
}

package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SvgChartTest {
  private static SvgChart chart(SvgChart.Scale scale, SvgChart.Curve... curves) {
    return new SvgChart("Loss <by> step", "step", "nats", scale, List.of(curves));
  }

  private static List<String> found(String pattern, String svg) {
    Matcher matcher = Pattern.compile(pattern).matcher(svg);
    return matcher.results().map(result -> result.group(1)).toList();
  }

  /** The marks at the left: to the right they are in the middle, too, but above their place. */
  private static List<String> heights(String svg) {
    return found("text-anchor=\"end\"[^>]*>([^<]*)<", svg);
  }

  @Test
  void svg_curves_areMarkedAtRoundValues() {
    String svg =
        chart(SvgChart.Scale.LINEAR, SvgChart.Curve.counted("training", new double[] {2.3, 0.4, 1}))
            .onWhite();

    assertEquals(List.of("0.0", "0.5", "1.0", "1.5", "2.0", "2.5"), heights(svg));
    assertEquals(
        List.of("0", "1", "2", "3"), // no half steps
        found("text-anchor=\"middle\" font-size=\"12\"[^>]*>([^<]*)<", svg));
    assertEquals(3, found("<(circle)", svg).size());
    assertTrue(svg.contains("<title>Loss &lt;by&gt; step</title>"));
  }

  @Test
  void svg_logarithmic_showsDecadesAndLeavesOutWhatIsNotPositive() {
    String svg =
        chart(
                SvgChart.Scale.LOGARITHMIC,
                SvgChart.Curve.counted("training", new double[] {1e7, 100, 0, -1, Double.NaN, 1}))
            .onWhite();

    assertEquals(3, found("<(circle)", svg).size());
    assertEquals(
        List.of("1", "10", "100", "1000", "10000", "100000", "1e+06", "1e+07"),
        heights(svg).stream().toList());
  }

  @Test
  void svg_logarithmicWithinADecade_hasMarksInBetween() {
    String svg =
        chart(SvgChart.Scale.LOGARITHMIC, SvgChart.Curve.counted("loss", new double[] {2, 1}))
            .onWhite();

    assertEquals("1", heights(svg).get(0));
    assertEquals("1.12", heights(svg).get(1));
  }

  @Test
  void svg_nothingFinite_saysSo() {
    String svg =
        chart(SvgChart.Scale.LINEAR, SvgChart.Curve.counted("loss", new double[] {Double.NaN}))
            .onPage();

    assertTrue(svg.contains("nothing to show yet"));
    assertFalse(svg.contains("<path"));
  }

  @Test
  void svg_manyPoints_areThinnedAndKeepTheLast() {
    double[] values = new double[100_001];
    Arrays.fill(values, 1);
    values[100_000] = 9;

    String svg = chart(SvgChart.Scale.LINEAR, SvgChart.Curve.counted("loss", values)).onWhite();

    String path = found("<path d=\"([^\"]*L[^\"]*)\"", svg).get(0);
    assertTrue(path.split("L", -1).length < 700, path);
    assertFalse(path.endsWith(path.substring(path.indexOf(' '), path.indexOf('L'))), path);
  }

  @Test
  void svg_manyCurves_haveNamesAndColoursOfTheirOwn() {
    SvgChart.Curve[] curves =
        IntStream.range(0, 8)
            .mapToObj(
                i -> SvgChart.Curve.counted("a network of many layers " + i, new double[] {i}))
            .toArray(SvgChart.Curve[]::new);

    String svg = chart(SvgChart.Scale.LINEAR, curves).onWhite();

    assertEquals(8, found("<circle[^>]*fill=\"(#[0-9a-f]+)\"", svg).stream().distinct().count());
    List<String> lines = found("<text x=\"([^\"]*\" y=\"[^\"]*)\" text-anchor=\"start\"", svg);
    assertEquals(9, lines.stream().distinct().count(), lines::toString); // with the title
  }

  @Test
  void onPage_chart_hasNoGroundOfItsOwn() {
    SvgChart chart =
        chart(SvgChart.Scale.LINEAR, SvgChart.Curve.counted("loss", new double[] {1, 2}));

    assertTrue(chart.onWhite().contains("fill=\"#ffffff\""));
    assertFalse(chart.onPage().contains("#ffffff"));
  }
}

package io.lockstep.notebook;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.report.FirstFilters;
import io.lockstep.report.SvgChart;
import io.lockstep.training.RunHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Pictures for notebooks: each is HTML that needs nothing else. In Jupyter the last line of a cell
 * shows one with {@code render(Look.history(model.summary().history()), "text/html")}, in Zeppelin
 * {@code println("%html " + ...)}.
 */
public final class Look {
  private Look() {}

  /**
   * Curves over 1, 2, 3 and so on.
   *
   * @param title above them
   * @param over what is counted, as "epoch"
   * @param curves by name, in order
   */
  public static String curves(String title, String over, Map<String, double[]> curves) {
    return curves(title, over, curves, SvgChart.Scale.LINEAR);
  }

  /** The same with a logarithmic scale, which leaves out what is not positive. */
  public static String logCurves(String title, String over, Map<String, double[]> curves) {
    return curves(title, over, curves, SvgChart.Scale.LOGARITHMIC);
  }

  private static String curves(
      String title, String over, Map<String, double[]> curves, SvgChart.Scale scale) {
    List<SvgChart.Curve> counted = new ArrayList<>();
    curves.forEach((name, values) -> counted.add(SvgChart.Curve.counted(name, values)));
    return new SvgChart(title, over, "", scale, counted).onPage();
  }

  /** Loss by step, and accuracy by epoch where one has ended. */
  public static String history(RunHistory history) {
    Map<String, double[]> loss = new LinkedHashMap<>();
    loss.put("training", values(history.steps(), RunHistory.Step::loss));
    String pictures = curves("Loss by step", "step", loss);
    if (history.epochs().isEmpty()) {
      return pictures;
    }
    Map<String, double[]> accuracy = new LinkedHashMap<>();
    accuracy.put("training", values(history.epochs(), epoch -> epoch.train().accuracy()));
    putScores(accuracy, "validation", history, RunHistory.Epoch::validation);
    putScores(accuracy, "test", history, RunHistory.Epoch::test);
    return pictures + curves("Accuracy by epoch", "epoch", accuracy);
  }

  private static void putScores(
      Map<String, double[]> curves,
      String name,
      RunHistory history,
      Function<RunHistory.Epoch, Optional<RunHistory.Score>> score) {
    double[] values =
        values(
            history.epochs(),
            epoch -> score.apply(epoch).map(RunHistory.Score::accuracy).orElse(Double.NaN));
    if (score.apply(history.epochs().get(0)).isPresent()) {
      curves.put(name, values);
    }
  }

  private static <T> double[] values(List<T> from, ToDoubleFunction<T> value) {
    return from.stream().mapToDouble(value).toArray();
  }

  /** Rows under a head. */
  public static String table(List<String> head, List<? extends List<?>> rows) {
    return Html.table(head, rows);
  }

  /**
   * How often each label was predicted as each class.
   *
   * @param rows with columns {@code label} and {@code prediction}
   */
  public static String confusion(Dataset<Row> rows) {
    List<Row> counts =
        rows.groupBy(
                Columns.of(rows, "label").cast("int").as("label"),
                Columns.of(rows, "prediction").cast("int").as("prediction"))
            .agg(functions.count(functions.lit(1)))
            .collectAsList();
    int classes = 0;
    for (Row row : counts) {
      classes = Math.max(classes, 1 + Math.max(row.getInt(0), row.getInt(1)));
    }
    long[][] confusion = new long[classes][classes];
    for (Row row : counts) {
      confusion[row.getInt(0)][row.getInt(1)] = row.getLong(2);
    }
    return Html.confusion(confusion);
  }

  /**
   * The first images, each with its label and, where there is one, what was predicted.
   *
   * @param rows with columns {@code label} and {@code features} (bytes of square images), and
   *     perhaps {@code prediction}
   * @throws InvalidInputException if an image is not square
   */
  public static String digits(Dataset<Row> rows, int atMost) {
    boolean predicted = Columns.has(rows.schema(), "prediction");
    List<Html.Picture> pictures = new ArrayList<>();
    for (Row row : rows.limit(atMost).collectAsList()) {
      byte[] pixels = row.getAs("features");
      long label = row.<Number>getAs("label").longValue();
      String caption = String.valueOf(label);
      boolean wrong = false;
      if (predicted) {
        long prediction = row.<Number>getAs("prediction").longValue();
        wrong = prediction != label;
        caption = wrong ? label + " seen as " + prediction : caption;
      }
      pictures.add(new Html.Picture(Raster.gray(pixels, side(pixels.length)), caption, wrong));
    }
    return Html.grid(pictures);
  }

  private static int side(int pixels) {
    int side = (int) Math.round(Math.sqrt(pixels));
    if (side * side != pixels) {
      throw new InvalidInputException(
          "Images must be square to be shown, but one has " + pixels + " pixels.");
    }
    return side;
  }

  /**
   * What the first layer with weights looks for: the kernels of a convolution, or the weights of
   * each unit over an image; the mean over its channels. Red adds to a unit, blue takes away.
   *
   * @throws InvalidInputException if its weights are over no image
   */
  public static String filters(TrainedNetwork network) {
    FirstFilters filters = FirstFilters.of(network);
    List<Html.Picture> pictures = new ArrayList<>();
    for (float[] weights : filters.pictures()) {
      String uri = Raster.signed(weights, filters.width(), filters.largest());
      pictures.add(new Html.Picture(uri, "unit " + pictures.size(), false));
    }
    return Html.grid(pictures);
  }
}

package io.lockstep.evaluation;

import io.lockstep.training.EvaluationSum;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classification metrics of a set of examples.
 *
 * @param counts predictions counted against labels, with the loss
 */
public record Metrics(EvaluationSum counts) {
  /**
   * Metrics of one class against all others; 0 where nothing could be divided by, as scikit-learn
   * does.
   *
   * @param support examples of the class
   */
  public record OfClass(double precision, double recall, double f1, long support) {}

  /** Metrics of {@code label} against all others. */
  public OfClass of(int label) {
    long truePositives = counts.count(label, label);
    long predicted = 0;
    long actual = 0;
    for (int other = 0; other < counts.classes(); other++) {
      predicted += counts.count(other, label);
      actual += counts.count(label, other);
    }
    return new OfClass(
        ratio(truePositives, predicted),
        ratio(truePositives, actual),
        ratio(2 * truePositives, predicted + actual),
        actual);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** What {@code metrics.json} says about the test rows. */
  public Map<String, Object> toMap() {
    List<Map<String, Object>> classes = new ArrayList<>();
    List<List<Long>> confusion = new ArrayList<>();
    for (int label = 0; label < counts.classes(); label++) {
      OfClass metrics = of(label);
      classes.add(
          Map.of(
              "class", label,
              "precision", metrics.precision(),
              "recall", metrics.recall(),
              "f1", metrics.f1(),
              "support", metrics.support()));
      List<Long> row = new ArrayList<>();
      for (int prediction = 0; prediction < counts.classes(); prediction++) {
        row.add(counts.count(label, prediction));
      }
      confusion.add(row);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("test_accuracy", counts.accuracy());
    result.put("test_loss", counts.meanLoss());
    result.put("test_rows", counts.examples());
    result.put("classes", classes);
    result.put("confusion", confusion);
    return result;
  }

  /** The confusion matrix as CSV: a row per label, a column per prediction. */
  public String confusionCsv() {
    StringBuilder csv = new StringBuilder("label");
    for (int prediction = 0; prediction < counts.classes(); prediction++) {
      csv.append(",predicted_").append(prediction);
    }
    for (int label = 0; label < counts.classes(); label++) {
      csv.append('\n').append(label);
      for (int prediction = 0; prediction < counts.classes(); prediction++) {
        csv.append(',').append(counts.count(label, prediction));
      }
    }
    return csv.append('\n').toString();
  }
}

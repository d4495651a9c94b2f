package io.lockstep.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.training.EvaluationSum;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  /** Rows are labels, columns predictions; nothing is ever taken for class 2, class 3 is absent. */
  private static final long[] CONFUSION = {
    6, 2, 0, 0,
    1, 5, 0, 2,
    1, 3, 0, 0,
    0, 0, 0, 0
  };

  private final Metrics metrics = new Metrics(new EvaluationSum(4, CONFUSION.clone(), 10.0));

  @Test
  void counts_ofTheMatrix_giveAccuracyAndMeanLoss() {
    assertEquals(20, metrics.counts().examples());
    assertEquals(11, metrics.counts().correct());
    assertEquals(0.55, metrics.counts().accuracy());
    assertEquals(0.5, metrics.counts().meanLoss());
  }

  @Test
  void of_classesWithPredictions_areTheirRatios() {
    // class 0: 6 of 8 predicted, 6 of 8 there; class 1: 5 of 10 predicted, 5 of 8 there
    assertEquals(new Metrics.OfClass(0.75, 0.75, 0.75, 8), metrics.of(0));
    assertEquals(new Metrics.OfClass(0.5, 0.625, 10.0 / 18, 8), metrics.of(1));
  }

  @Test
  void of_classNeverPredictedOrAbsent_isZeroWhereNothingCanBeDividedBy() {
    assertEquals(new Metrics.OfClass(0, 0, 0, 4), metrics.of(2));
    assertEquals(new Metrics.OfClass(0, 0, 0, 0), metrics.of(3));
  }

  @Test
  void of_classWithoutAnyCount_isZero() {
    assertEquals(
        new Metrics.OfClass(0, 0, 0, 0),
        new Metrics(new EvaluationSum(2, new long[] {3, 0, 0, 0}, 1)).of(1));
  }

  @Test
  void toMap_holdsWhatMetricsJsonPromises() {
    Map<String, Object> map = metrics.toMap();

    assertEquals(
        List.of("test_accuracy", "test_loss", "test_rows", "classes", "confusion"),
        List.copyOf(map.keySet()));
    assertEquals(0.55, map.get("test_accuracy"));
    assertEquals(0.5, map.get("test_loss"));
    assertEquals(20L, map.get("test_rows"));
    assertEquals(
        List.of(
            List.of(6L, 2L, 0L, 0L),
            List.of(1L, 5L, 0L, 2L),
            List.of(1L, 3L, 0L, 0L),
            List.of(0L, 0L, 0L, 0L)),
        map.get("confusion"));
    List<?> classes = (List<?>) map.get("classes");
    assertEquals(4, classes.size());
    assertEquals(
        Map.of("class", 1, "precision", 0.5, "recall", 0.625, "f1", 10.0 / 18, "support", 8L),
        classes.get(1));
  }

  @Test
  void confusionCsv_hasARowPerLabel() {
    assertEquals(
        """
        label,predicted_0,predicted_1,predicted_2,predicted_3
        0,6,2,0,0
        1,1,5,0,2
        2,1,3,0,0
        3,0,0,0,0
        """,
        metrics.confusionCsv());
  }

  @Test
  void counts_noExamples_haveNoAccuracy() {
    EvaluationSum nothing = new EvaluationSum(3);

    assertTrue(Double.isNaN(nothing.accuracy()));
    assertTrue(Double.isNaN(nothing.meanLoss()));
  }
}

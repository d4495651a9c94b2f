package io.lockstep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.distributed.Topology;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostModelTest {
  private static final double RELATIVE = 1e-6;

  @Test
  void fit_pointsOfKnownPrices_findsThem() {
    CostModel model = CostModel.fit(StudyPoints.ofAllKinds(1));

    StudyPoints.PRICES.forEach(
        (cost, price) ->
            assertEquals(price, model.prices().get(cost), RELATIVE * price, cost::toString));
  }

  @Test
  void fit_someStepsThatWereHeldUp_doNotSwayThePrices() {
    List<StudyPoint> points = new ArrayList<>(StudyPoints.ofAllKinds(1));
    for (int i = 5; i < points.size(); i += 13) {
      points.set(i, points.get(i).taking(4 * points.get(i).seconds()));
    }

    CostModel model = CostModel.fit(points);

    for (StudyPoint point : StudyPoints.ofAllKinds(1)) {
      assertEquals(point.seconds(), model.seconds(point), 0.01 * point.seconds(), point::toString);
    }
  }

  @Test
  void fit_noLink_takesItsRateAtItsWord() {
    CostModel model = CostModel.fit(StudyPoints.ofAllKinds(0));
    StudyPoint linked = StudyPoints.priced(4, true, 10, Topology.DRIVER, 1_000_000, 64);

    assertEquals(4 * 8e6 * 8 / 1e10, model.seconds(Cost.LINK, linked), 1e-12);
    assertEquals(StudyPoints.PRICES.get(Cost.STEP), model.prices().get(Cost.STEP), RELATIVE * 5e-5);
  }

  @Test
  void fit_costThatWouldBeNegative_isZero() {
    List<StudyPoint> points =
        StudyPoints.ofAllKinds(0).stream()
            .map(point -> point.taking(point.seconds() - (point.usesSockets() ? 4.5e-4 : 0)))
            .toList();

    CostModel model = CostModel.fit(points);

    assertEquals(0, model.prices().get(Cost.ROUND));
    model.prices().forEach((cost, price) -> assertEquals(Math.abs(price), price, cost::toString));
  }

  @Test
  void fit_tooFewPoints_saysHowManyItTakes() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> CostModel.fit(StudyPoints.ofAllKinds(0).subList(0, 17)));

    assertEquals(
        "A model of 9 costs must be fitted to at least 18 points, but there are 17. Measure more, or"
            + " add some with --with.",
        e.getMessage());
  }

  @Test
  void fit_oneExchangeInOneJvm_saysThatCostsStayOpen() {
    List<StudyPoint> points =
        StudyPoints.ofAllKinds(0).stream().filter(point -> !point.usesSockets()).toList();
    List<StudyPoint> twice = new ArrayList<>(points);
    twice.addAll(points);

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> CostModel.fit(twice));

    assertEquals(
        "The points must tell 9 costs apart, but tell only 5. Measure with several workers,"
            + " networks, batches and shards, in one JVM and in executors, with both exchanges.",
        e.getMessage());
  }
}

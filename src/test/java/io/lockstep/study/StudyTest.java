package io.lockstep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.distributed.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyTest {
  @Test
  void of_pointsThatObeyTheModel_hasNoErrorOnAny() {
    Study study = Study.of(StudyPoints.ofAllKinds(0));

    assertEquals(0, study.medianError(true), 1e-9);
    assertEquals(0, study.medianError(false), 1e-9);
  }

  @Test
  void of_heldOutPointsTakeHalfAsLongAgain_areNotSeen() {
    List<StudyPoint> points = new ArrayList<>();
    for (StudyPoint point : StudyPoints.ofAllKinds(0)) {
      boolean heldOut = Study.isHeldOut(points.size());
      points.add(heldOut ? point.taking(1.5 * point.seconds()) : point);
    }

    Study study = Study.of(points);

    assertEquals(1 - 1 / 1.5, study.medianError(true), 1e-9);
    assertEquals(0, study.medianError(false), 1e-9);
    assertEquals(1 / 1.5 - 1, study.error(2), 1e-9);
  }

  @Test
  void all_knownPrices_namesTheBetterExchange() {
    CostModel model = new CostModel(StudyPoints.PRICES, true);
    List<Forecast.Size> sizes =
        List.of(new Forecast.Size(1_000, 6_000), new Forecast.Size(10_000_000, 60_000_000));

    List<Forecast> all = Forecast.all(model, sizes, 4096);

    Map<Long, List<Topology>> better =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    forecast -> forecast.driver().weights(),
                    Collectors.mapping(
                        forecast -> forecast.better().exchange(), Collectors.toList())));
    Topology driver = Topology.DRIVER;
    Topology slices = Topology.SLICES;
    assertEquals(
        Map.of(
            1_000L, List.of(driver, driver, driver), 10_000_000L, List.of(slices, slices, slices)),
        better);
    assertEquals(1024, all.get(2).driver().shards());
    assertEquals(16, all.get(0).slices().shards());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0 | 8 | 1 | workers must be >= 1, but was 0",
        "4 | 2 | 8 | 1 | executors must be 0 or the workers, but was 2",
        "4 | 4 | 2 | 1 | shards must be >= workers, but was 2",
        "4 | 4 | 8 | NaN | seconds_per_step must be > 0 and finite, but was NaN",
        "4 | 4 | 8 | 0 | seconds_per_step must be > 0 and finite, but was 0.0",
      })
  void point_outsideItsDomain_isRefusedWithRuleAndValue(
      int workers, int executors, int shards, double seconds, String message) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                new StudyPoint(
                    workers, executors, 2, 0, Topology.DRIVER, 100, 600, 64, shards, seconds));

    assertEquals(message, e.getMessage());
  }
}

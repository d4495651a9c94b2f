package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportPaceTest {
  private static final long MILLISECOND = 1_000_000;

  private final ReportPace pace = new ReportPace();

  /** Steps of each report, where a step takes so long. */
  private List<Integer> reports(int number, double milliseconds) {
    List<Integer> reports = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int steps = pace.steps();
      reports.add(steps);
      pace.took(steps, (long) (steps * milliseconds * MILLISECOND));
    }
    return reports;
  }

  @Test
  void steps_ofAMillisecond_growTwofoldToWhatFitsIntoTheInterval() {
    assertEquals(List.of(1, 2, 4, 8, 16, 32, 50, 50), reports(8, 1));
  }

  @Test
  void steps_ofAMicrosecond_areNeverMoreThanTheMost() {
    assertEquals(ReportPace.MOST, reports(10, 0.001).get(9));
  }

  @Test
  void steps_longerThanTheInterval_areReportedOneByOne() {
    assertEquals(List.of(1, 1, 1), reports(3, 70));
  }

  @Test
  void steps_thatBecomeSlow_areFewerAtOnce() {
    assertEquals(List.of(1, 2, 4, 8, 16), reports(5, 1));
    assertEquals(List.of(32, 5, 5), reports(3, 10));
  }

  @Test
  void took_noTimeAtAll_growsTwofold() {
    pace.took(1, 0);

    assertEquals(2, pace.steps());
  }
}

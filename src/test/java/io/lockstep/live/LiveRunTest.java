package io.lockstep.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.report.SvgChart;
import io.lockstep.training.BestEpoch;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveRunTest {
  private static final String REFRESH = "http-equiv=\"refresh\"";

  /** A run of two epochs of two steps, the first of which is done. */
  static LiveRun halfDone(String name) {
    LiveRun run =
        new LiveRun(new LiveRun.Facts(name, "2 workers, sync barrier", 2, 4), Position.START);
    run.onStep(step(1, 1, 0.75));
    run.onStep(step(1, 2, 0.5));
    EvaluationSum test = new EvaluationSum(2, new long[] {3, 1, 0, 4}, 2.0);
    run.onEpoch(
        new EpochReport(
            1,
            2,
            0.625,
            0.75,
            Optional.empty(),
            Optional.of(test),
            Optional.of(new BestEpoch(1, 1, 0.5, 1)),
            2_000_000_000));
    return run;
  }

  private static StepReport step(int epoch, long step, double loss) {
    return new StepReport(epoch, step, loss, 15, 20, 0.1, 1_000_000_000, 900);
  }

  private static String page(LiveRuns runs, Integer wanted) {
    return LivePage.html(runs.newestFirst(), Optional.ofNullable(wanted));
  }

  private static LiveRuns of(LiveRun... run) {
    LiveRuns runs = new LiveRuns();
    List.of(run).forEach(runs::add);
    return runs;
  }

  private static void assertShows(String expected, String html) {
    assertTrue(html.contains(expected), () -> "no " + expected + " in\n" + html);
  }

  @Test
  void page_ofARunThatTrains_showsWhereItIsAndLoadsItselfAgain() {
    String html = page(of(halfDone("<cnn>")), null);

    assertShows("<h4>&lt;cnn&gt;: training</h4>", html);
    assertShows(
        "epoch 1 of 2 &middot; step 2 of 4 (50 %) &middot; 0:02 left &middot; 20 examples/s", html);
    assertShows("2 workers, sync barrier", html);
    assertShows("width: 50.0%", html);
    assertShows(REFRESH, html);
    assertShows("<title>Loss</title>", html);
    assertShows("<title>Accuracy</title>", html);
    assertEquals(
        "1|0.6250|0.7500|0.2500|0.8750|2.00|best so far|",
        html.substring(html.indexOf("<td>"), html.lastIndexOf("</td>") + 5)
            .replaceAll("\\s*<td>([^<]*)</td>\\s*", "$1|"));
    assertFalse(html.contains("validation loss"), html);
    assertFalse(html.contains("?run="), "a single run needs no list");
  }

  @Test
  void page_ofRunsThatHaveEnded_staysAsItIsAndShowsTheOneThatIsWanted() {
    LiveRun first = halfDone("first");
    LiveRun second = halfDone("second");
    first.close();
    second.close();
    LiveRuns runs = of(first, second);

    assertShows("<h4>second: broken off</h4>", page(runs, null));
    assertShows("<h4>first: broken off</h4>", page(runs, 1));
    assertShows("<h4>second: broken off</h4>", page(runs, 77));
    String html = page(runs, null);
    assertTrue(
        html.indexOf("?run=2\">second") < html.indexOf("?run=1\">first"), "the newest is first");
    assertFalse(html.contains(REFRESH), html);
  }

  @Test
  void page_beforeAnyStep_isThere() {
    LiveRun run = new LiveRun(new LiveRun.Facts("new", "1 workers", 2, 4), Position.START);

    assertShows("epoch 1 of 2 &middot; step 0 of 4 (0 %) &middot; 1 workers", page(of(run), null));
    assertShows("No run has begun.", page(of(), null));
  }

  @Test
  void runs_beyondTheMost_forgetTheOldestThatHaveEnded() {
    LiveRuns runs = new LiveRuns();
    LiveRun training = halfDone("training");
    runs.add(training);
    for (int i = 0; i < 30; i++) {
      LiveRun ended = halfDone("ended");
      ended.close();
      runs.add(ended);
    }

    assertEquals(20, runs.newestFirst().size());
    assertEquals(31, runs.newestFirst().firstKey());
    assertEquals(training, runs.newestFirst().get(1));
  }

  @Test
  void curve_ofManySteps_staysSmallAndKeepsTheMean() {
    MeanCurve curve = new MeanCurve();
    int steps = 100_000;
    IntStream.rangeClosed(1, steps).forEach(step -> curve.add(step, step));

    List<SvgChart.Point> points = curve.named("loss").points();
    assertTrue(points.size() >= 150 && points.size() < 300, () -> points.size() + " points");
    SvgChart.Point first = points.get(0);
    assertEquals((1 + first.x()) / 2, first.y(), 1e-9, "mean of the first stretch");
    SvgChart.Point second = points.get(1);
    assertEquals((first.x() + 1 + second.x()) / 2, second.y(), 1e-9);
  }
}

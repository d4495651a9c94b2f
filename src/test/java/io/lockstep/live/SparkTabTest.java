package io.lockstep.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class SparkTabTest {
  @Test
  void tab_ofTwoRuns_showsBothOverHttp() throws Exception {
    SparkContext spark = TestSpark.context().sc();
    try (LiveRun first = LiveRunTest.halfDone("run <1>");
        LiveRun second = LiveRunTest.halfDone("run 2")) {
      String address = spark.uiWebUrl().get() + "/lockstep/";
      assertEquals(Optional.of(address), SparkTab.show(spark, first));
      assertEquals(Optional.of(address), SparkTab.show(spark, second));

      String page = TestSpark.uiPage("lockstep/");
      assertEquals(2, page.split("href=\"[^\"]*/lockstep/\"", -1).length, "one tab for all");
      assertTrue(page.contains("<h4>run 2: training</h4>"), page);
      assertTrue(page.contains(">run &lt;1&gt;</a>"), page);
      String link = page.replaceAll("(?s).*<a href=\"(\\?run=\\d+)\">run &lt;1&gt;</a>.*", "$1");
      assertTrue(
          TestSpark.uiPage("lockstep/" + link).contains("<h4>run &lt;1&gt;: training</h4>"), link);
      assertTrue(
          TestSpark.uiPage("lockstep/?run=x").contains("<h4>run 2: training</h4>"), "no such run");
      assertTrue(TestSpark.uiPage("jobs/").contains("/lockstep/"), "no tab");
    }
  }

  @Test
  void tab_thatCanNotBeMade_isNoneOfTheRunsBusiness() {
    SparkContext noContext = null; // as little of a web UI as there can be

    assertEquals(Optional.empty(), SparkTab.show(noContext, LiveRunTest.halfDone("run")));
  }
}

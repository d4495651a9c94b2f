package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPageTest {
  @TempDir private Path folder;

  private final List<String> notices = new ArrayList<>();
  private ComparisonPage page;
  private ComparedRun longer;
  private ComparedRun shorter;

  @BeforeEach
  void makeRuns() throws IOException {
    page = new ComparisonPage(folder.resolve("all"), 2, notices::add);
    longer = ComparedRun.of(SmallRun.write(folder.resolve("longer"), "longer", 3));
    shorter = ComparedRun.of(SmallRun.write(folder.resolve("all/short <one>"), "short <one>", 1));
  }

  private String html() throws IOException {
    return Files.readString(folder.resolve("all/compare.html"));
  }

  private List<? extends Config> runs() throws IOException {
    return PageData.of(html()).getConfigList("runs");
  }

  @Test
  void show_runsOfSeveralLengths_hasTheEpochsThatThereAre() throws IOException {
    page.show(List.of(shorter, longer));

    assertEquals(List.of(), notices);
    assertTrue(
        html().contains("<h1>2 runs compared: longer has the most test rows right, 91.67 %</h1>"));
    assertEquals(List.of(1, 3), runs().stream().map(run -> run.getList("epochs").size()).toList());
    Config last = runs().get(1).getConfigList("epochs").get(2);
    assertEquals(4.5, last.getDouble("trainedSeconds"));
    assertEquals(0.916667, last.getDouble("testAccuracy"));
    assertFalse(html().matches("(?s).*<(script|link|img)[^>]*(src|href)=\"(?!data:).*"));
  }

  @Test
  void show_ended_drawsFigures() throws IOException {
    page.show(List.of(shorter, longer));

    for (String figure :
        List.of("accuracy.svg", "accuracy-seconds.svg", "loss.svg", "loss-seconds.svg")) {
      String svg = Files.readString(folder.resolve("all/figures").resolve(figure));
      assertTrue(svg.contains(">short &lt;one&gt;<") && svg.endsWith("</svg>\n"), svg);
    }
  }

  @Test
  void show_runsWithReports_leadsToThem() throws IOException {
    Files.writeString(folder.resolve("longer/report.html"), "");
    Files.writeString(folder.resolve("all/short <one>/report.html"), "");

    page.show(List.of(shorter, longer));

    assertEquals(
        List.of("./short%20%3Cone%3E/report.html", "./../longer/report.html"),
        runs().stream().map(run -> run.getString("report")).toList());
  }

  @Test
  void show_runUnderWay_isThereWithWhatItHas() throws IOException {
    Files.delete(folder.resolve("longer/metrics.json"));

    page.show(List.of(shorter), folder.resolve("longer"));

    assertEquals(List.of(), notices);
    assertTrue(html().contains("<h1>1 of 2 runs have ended: short &lt;one&gt; has the most"));
    Config underWay = runs().get(1);
    assertFalse(underWay.getBoolean("finished"));
    assertEquals(23, underWay.getInt("parameters"));
    assertEquals(4.5, underWay.getDouble("seconds"));
    assertTrue(underWay.getIsNull("testAccuracy"));
  }

  @Test
  void show_pageThatCannotBeWritten_saysSoAndGoesOn() throws IOException {
    Files.createDirectories(folder.resolve("all/compare.html/inside"));

    page.show(List.of(shorter));
    page.show(List.of(shorter, longer));

    assertEquals(1, notices.size(), notices::toString);
    assertTrue(
        notices
            .get(0)
            .startsWith(
                "the comparison goes on without a new compare.html: "
                    + folder.resolve("all/compare.html")
                    + " can't be written: "),
        notices::toString);
  }
}

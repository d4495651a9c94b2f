package io.lockstep.study;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;

/** What a study did not measure, and so can't promise. */
public final class Weaknesses {
  private Weaknesses() {}

  /** In sentences. */
  public static List<String> of(Study study) {
    List<StudyPoint> points = study.points();
    List<String> all = new ArrayList<>();
    long crowded = points.stream().filter(StudyPoint::isCrowded).count();
    if (crowded > 0) {
      all.add(
          String.format(
              "At %d of %d points more workers than cores took turns: these show what workers"
                  + " cost, not what they gain.",
              crowded, points.size()));
    }
    all.add(links(study));
    IntSummaryStatistics workers =
        points.stream().mapToInt(StudyPoint::workers).summaryStatistics();
    all.add(
        String.format(
            "No more than %d workers were measured. What is said of %d to %d executors goes on"
                + " along the model's lines, and nothing here could show where these bend.",
            workers.getMax(),
            Forecast.EXECUTORS.get(0),
            Forecast.EXECUTORS.get(Forecast.EXECUTORS.size() - 1)));
    all.add(
        "Executors of the forecast have a core as fast as those here, a host of their own and a"
            + " switch that never is the bottleneck. Neither delay, nor lost packets, nor other"
            + " traffic is in it.");
    all.add(
        "Nobody is slow or lost: a step of 1,000 executors waits for the slowest of them, which a"
            + " median over few does not know.");
    all.add(
        "The networks are dense layers on images of 28 x 28. Convolutions compute more for each"
            + " weight, so that exchange matters less.");
    all.add(
        "Caches are not in the model: weights that fit into one cost less than those that do not,"
            + " but have the same price.");
    return all;
  }

  private static String links(Study study) {
    DoubleSummaryStatistics links =
        study.points().stream()
            .mapToDouble(StudyPoint::linkGigabits)
            .filter(link -> link > 0)
            .summaryStatistics();
    if (!study.model().knowsLinks()) {
      return String.format(
          Locale.ROOT,
          "No point was measured over a link: one of %.0f Gbit/s is taken to move exactly what its"
              + " rate says. src/docs/scaling.md says how to measure with limited links.",
          Forecast.GIGABITS);
    }
    return String.format(
        Locale.ROOT,
        "%d points were measured over links of %s to %s Gbit/s; what is said of %.0f Gbit/s"
            + " follows from these.",
        links.getCount(),
        links.getMin(),
        links.getMax(),
        Forecast.GIGABITS);
  }
}

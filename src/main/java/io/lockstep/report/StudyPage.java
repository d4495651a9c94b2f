package io.lockstep.report;

import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import io.lockstep.study.Cost;
import io.lockstep.study.Forecast;
import io.lockstep.study.LargeBatch;
import io.lockstep.study.Study;
import io.lockstep.study.StudyPoint;
import io.lockstep.study.Weaknesses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code study.html} in the folder of a scaling study: one file that needs nothing else. */
public final class StudyPage {
  /** Its name in the folder. */
  public static final String FILE = "study.html";

  private StudyPage() {}

  /**
   * Writes the page of {@code study} into {@code folder}.
   *
   * @param forecasts of its model
   * @param batches that were trained as well; may be empty
   * @param place where it was measured, for a person
   */
  public static void write(
      Path folder, Study study, List<Forecast> forecasts, List<LargeBatch> batches, String place) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("lockstep", Version.LOCKSTEP);
    data.put("place", place);
    data.put("medianUnseen", Json.number(study.medianError(true)));
    data.put("medianSeen", Json.number(study.medianError(false)));
    data.put("points", points(study));
    data.put("prices", prices(study));
    data.put("gigabits", Forecast.GIGABITS);
    data.put("forecasts", forecasts.stream().map(each -> forecast(study, each)).toList());
    data.put("batches", batches.stream().map(StudyPage::batch).toList());
    data.put("weaknesses", Weaknesses.of(study));
    Page page = new Page("Scaling study - lockstep", headline(study), "study.js", data);
    WholeFiles.write(folder.resolve(FILE), page.html());
  }

  private static String headline(Study study) {
    return String.format(
        Locale.ROOT,
        "What a step costs: the model is %.1f %% off at points it has not seen",
        100 * study.medianError(true));
  }

  private static List<Map<String, Object>> points(Study study) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < study.points().size(); i++) {
      StudyPoint point = study.points().get(i);
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("workers", point.workers());
      map.put("cores", point.cores());
      map.put("place", place(point));
      map.put("exchange", point.exchange().toString());
      map.put("weights", point.weights());
      map.put("batch", point.batch());
      map.put("seconds", Json.number(point.seconds()));
      map.put("predicted", Json.number(study.model().seconds(point)));
      map.put("heldOut", Study.isHeldOut(i));
      all.add(map);
    }
    return all;
  }

  private static String place(StudyPoint point) {
    if (point.linkGigabits() > 0) {
      return point.linkGigabits() + " Gbit/s";
    }
    return point.executors() > 0 ? "executors" : "one JVM";
  }

  private static List<Map<String, Object>> prices(Study study) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Cost cost : Cost.values()) {
      boolean assumed = cost == Cost.LINK && !study.model().knowsLinks();
      all.add(
          Map.of(
              "part", cost.part(),
              "unit", cost.unit(),
              "seconds", Json.number(study.model().prices().get(cost)),
              "assumed", assumed));
    }
    return all;
  }

  private static Map<String, Object> forecast(Study study, Forecast forecast) {
    StudyPoint better = forecast.better();
    Map<String, Double> parts = new LinkedHashMap<>();
    for (Cost cost : Cost.values()) {
      parts.merge(cost.part(), study.model().seconds(cost, better), Double::sum);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("weights", better.weights());
    map.put("executors", better.executors());
    map.put("batch", better.batch());
    map.put("driver", Json.number(forecast.driver().seconds()));
    map.put("slices", Json.number(forecast.slices().seconds()));
    map.put("better", better.exchange().toString());
    parts.replaceAll((part, seconds) -> seconds / better.seconds());
    map.put("parts", parts);
    return map;
  }

  private static Map<String, Object> batch(LargeBatch run) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("batch", run.batch());
    map.put("learningRate", Json.number(run.learningRate()));
    map.put("epochs", run.epochs());
    map.put("steps", run.steps());
    map.put("seconds", Json.number(run.seconds()));
    map.put("testAccuracy", Json.number(run.testAccuracy()));
    return map;
  }
}

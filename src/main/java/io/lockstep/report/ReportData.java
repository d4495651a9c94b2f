package io.lockstep.report;

import io.lockstep.evaluation.Metrics;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Recovery;
import io.lockstep.training.RunHistory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code report.js} shows, piece by piece: a missing piece is a section that is not there. */
final class ReportData {
  private final Map<String, Object> data = new LinkedHashMap<>();

  ReportData with(String name, Object value) {
    data.put(name, value);
    return this;
  }

  Map<String, Object> toMap() {
    return data;
  }

  /** The curves. */
  ReportData history(RunHistory history) {
    List<RunHistory.Step> steps = history.steps();
    with("steps", StepCurve.of(steps));
    with("stretch", StepCurve.stretch(steps.size()));
    with("epochs", epochs(history));
    return with("recoveries", history.recoveries().stream().map(ReportData::recovery).toList());
  }

  /** The epochs of {@code history}, with where they end among its steps. */
  static List<Map<String, Object>> epochs(RunHistory history) {
    List<Map<String, Object>> epochs = new ArrayList<>();
    List<RunHistory.Step> steps = history.steps();
    int next = 0;
    double trained = 0;
    double inSteps = 0;
    for (RunHistory.Epoch epoch : history.epochs()) {
      long examples = 0;
      while (next < steps.size() && steps.get(next).epoch() <= epoch.epoch()) {
        inSteps += steps.get(next).seconds();
        examples += steps.get(next).examples();
        next++;
      }
      trained += epoch.seconds();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("epoch", epoch.epoch());
      row.put("step", next == 0 ? null : steps.get(next - 1).step());
      row.put("secondsInSteps", Json.number(inSteps));
      row.put("trainedSeconds", Json.number(trained));
      row.put("seconds", Json.number(epoch.seconds()));
      row.put("examplesPerSecond", Json.number(examples / epoch.seconds()));
      put(row, "train", Optional.of(epoch.train()));
      put(row, "validation", epoch.validation());
      put(row, "test", epoch.test());
      epochs.add(row);
    }
    return epochs;
  }

  private static void put(Map<String, Object> row, String split, Optional<RunHistory.Score> score) {
    row.put(split + "Loss", Json.number(score.map(RunHistory.Score::loss)));
    row.put(split + "Accuracy", Json.number(score.map(RunHistory.Score::accuracy)));
  }

  private static Map<String, Object> recovery(Recovery recovery) {
    return Map.of(
        "step", recovery.steps(),
        "epoch", recovery.epoch(),
        "lost", recovery.lost(),
        "before", recovery.workersBefore(),
        "after", recovery.workersAfter(),
        "seconds", Json.number(recovery.lostNanos() / 1e9));
  }

  /** The confusion matrix, and the metrics of each class. */
  ReportData classes(EvaluationSum counts) {
    Metrics metrics = new Metrics(counts);
    Map<String, Object> map = metrics.toMap();
    with("confusion", map.get("confusion"));
    return with("classes", map.get("classes"));
  }

  /** Images with their labels; {@code answers}, once there are any. */
  ReportData pictures(Pictures pictures, Optional<Pictures.Answers> answers) {
    with("height", pictures.height());
    with("width", pictures.width());
    with("training", pictures.training().stream().map(ReportData::image).toList());
    List<?> test =
        answers.isPresent()
            ? answers.get().first().stream().map(ReportData::answer).toList()
            : pictures.test().stream().map(ReportData::image).toList();
    with("test", test);
    answers.ifPresent(
        found ->
            with("looked", found.looked())
                .with("mistakes", found.worst().stream().map(ReportData::answer).toList()));
    return this;
  }

  private static Map<String, Object> image(Pictures.Image image) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("row", image.row());
    map.put("label", image.label());
    map.put("pixels", Base64.getEncoder().encodeToString(image.pixels()));
    return map;
  }

  private static Map<String, Object> answer(Pictures.Answer answer) {
    Map<String, Object> map = image(answer.image());
    map.put("prediction", answer.prediction());
    map.put("loss", Json.number(answer.loss()));
    List<Object> probabilities = new ArrayList<>();
    for (double probability : answer.probabilities()) {
      probabilities.add(Json.number(probability));
    }
    map.put("probabilities", probabilities);
    return map;
  }
}

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
    with("steps", columns(StepMean.of(steps)));
    with("stretch", StepMean.stretch(steps.size()));
    with("epochs", EpochMark.of(history).stream().map(ReportData::epoch).toList());
    return with("recoveries", history.recoveries().stream().map(ReportData::recovery).toList());
  }

  /** Columns of equal length; those that are not known hold nulls. */
  private static Map<String, List<Object>> columns(List<StepMean> means) {
    Map<String, List<Object>> columns = new LinkedHashMap<>();
    for (StepMean mean : means) {
      put(columns, "step", mean.step());
      put(columns, "seconds", Json.number(mean.seconds()));
      put(columns, "loss", Json.number(mean.loss()));
      put(columns, "accuracy", Json.number(mean.accuracy()));
      put(columns, "learningRate", Json.number(mean.learningRate()));
      put(columns, "milliseconds", Json.number(1000 * mean.secondsPerStep()));
      put(columns, "overhead", Json.number(1000 * mean.overheadSeconds()));
      put(columns, "examplesPerSecond", Json.number(mean.examplesPerSecond()));
    }
    return columns;
  }

  private static void put(Map<String, List<Object>> columns, String column, Object value) {
    columns.computeIfAbsent(column, name -> new ArrayList<>()).add(value);
  }

  private static Map<String, Object> epoch(EpochMark mark) {
    Map<String, Object> row = epoch(mark.epoch(), mark.trainedSeconds());
    row.put("step", mark.lastStep().isPresent() ? mark.lastStep().getAsLong() : null);
    row.put("secondsInSteps", Json.number(mark.secondsInSteps()));
    row.put("examplesPerSecond", Json.number(mark.examplesPerSecond()));
    return row;
  }

  /** What {@code epoch} reached when its run had trained for {@code trainedSeconds}. */
  static Map<String, Object> epoch(RunHistory.Epoch epoch, double trainedSeconds) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("epoch", epoch.epoch());
    row.put("seconds", Json.number(epoch.seconds()));
    row.put("trainedSeconds", Json.number(trainedSeconds));
    put(row, "train", Optional.of(epoch.train()));
    put(row, "validation", epoch.validation());
    put(row, "test", epoch.test());
    return row;
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

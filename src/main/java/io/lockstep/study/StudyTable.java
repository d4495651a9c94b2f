package io.lockstep.study;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.NumberTable;
import io.lockstep.distributed.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code study.csv}: a line per point, and what the model says of it. */
public final class StudyTable {
  /** Its name in the folder of a study. */
  public static final String FILE = "study.csv";

  private static final String HEAD =
      "workers,executors,cores,link_gbits,exchange,weights,flops_per_image,batch,shards,"
          + "seconds_per_step,held_out,predicted_seconds,error\n";

  private StudyTable() {}

  /** Points that have no model yet. */
  public static String unfitted(List<StudyPoint> points) {
    StringBuilder table = new StringBuilder(HEAD);
    points.forEach(point -> table.append(cells(point)).append(",,,\n"));
    return table.toString();
  }

  /** All points of {@code study}. */
  public static String of(Study study) {
    StringBuilder table = new StringBuilder(HEAD);
    for (int i = 0; i < study.points().size(); i++) {
      StudyPoint point = study.points().get(i);
      table.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%.9f,%.4f\n",
              cells(point),
              Study.isHeldOut(i) ? "yes" : "no",
              study.model().seconds(point),
              study.error(i)));
    }
    return table.toString();
  }

  private static String cells(StudyPoint point) {
    return String.format(
        Locale.ROOT,
        "%d,%d,%d,%s,%s,%d,%d,%d,%d,%.9f",
        point.workers(),
        point.executors(),
        point.cores(),
        point.linkGigabits(),
        point.exchange(),
        point.weights(),
        point.flopsPerImage(),
        point.batch(),
        point.shards(),
        point.seconds());
  }

  /**
   * The points in {@code file}; what a model said of them is not read.
   *
   * @throws InvalidInputException naming the file, the line, the rule and the value
   */
  public static List<StudyPoint> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file + " must be a table of points, but is no file. Name the study.csv of a study.");
    }
    NumberTable table = NumberTable.read(file);
    if (table.cutOff()) {
      throw new InvalidInputException(
          String.format(
              "%s is damaged: its last line, after %d, must have an end, but is cut off. Remove"
                  + " that line.",
              file, table.lines().size() + 1));
    }
    return table.rows().stream().map(StudyTable::point).toList();
  }

  private static StudyPoint point(NumberTable.Row row) {
    int workers = whole(row, "workers");
    int executors = whole(row, "executors");
    int cores = whole(row, "cores");
    double link = row.number("link_gbits");
    long weights = row.whole("weights");
    long flops = row.whole("flops_per_image");
    int batch = whole(row, "batch");
    int shards = whole(row, "shards");
    double seconds = row.number("seconds_per_step");
    try {
      Topology exchange = Topology.of(row.text("exchange"));
      return new StudyPoint(
          workers, executors, cores, link, exchange, weights, flops, batch, shards, seconds);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          String.format(
              "%s is damaged: line %d: %s. Correct or remove that line.",
              row.table().file(), row.line(), e.getMessage()),
          e);
    }
  }

  private static int whole(NumberTable.Row row, String column) {
    return Math.toIntExact(row.whole(column));
  }
}

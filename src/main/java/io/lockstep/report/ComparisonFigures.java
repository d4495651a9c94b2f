package io.lockstep.report;

import io.lockstep.base.WholeFiles;
import io.lockstep.training.RunHistory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The curves of a comparison as SVG files, for papers and slides. */
final class ComparisonFigures {
  private enum Axis {
    EPOCH,
    SECONDS
  }

  private ComparisonFigures() {}

  /** Writes accuracy and loss on the test rows, by epoch and by seconds, into {@code folder}. */
  static void write(Path folder, List<ComparedRun> runs) {
    Figures.createFolder(folder);
    for (Axis axis : Axis.values()) {
      String suffix = axis == Axis.EPOCH ? ".svg" : "-seconds.svg";
      WholeFiles.write(
          folder.resolve("accuracy" + suffix),
          chart("Accuracy", "fraction right", runs, axis, RunHistory.Score::accuracy).onWhite());
      WholeFiles.write(
          folder.resolve("loss" + suffix),
          chart("Loss", "loss per example (nats)", runs, axis, RunHistory.Score::loss).onWhite());
    }
  }

  private static SvgChart chart(
      String title,
      String y,
      List<ComparedRun> runs,
      Axis axis,
      ToDoubleFunction<RunHistory.Score> value) {
    String x = axis == Axis.EPOCH ? "epoch" : "seconds of training";
    return new SvgChart(
        title + " on the test rows",
        x,
        y,
        SvgChart.Scale.LINEAR,
        runs.stream().map(run -> curve(run, axis, value)).toList());
  }

  private static SvgChart.Curve curve(
      ComparedRun run, Axis axis, ToDoubleFunction<RunHistory.Score> value) {
    List<SvgChart.Point> points = new ArrayList<>();
    double trained = 0;
    for (RunHistory.Epoch epoch : run.epochs()) {
      trained += epoch.seconds();
      double x = axis == Axis.EPOCH ? epoch.epoch() : trained;
      epoch
          .test()
          .ifPresent(score -> points.add(new SvgChart.Point(x, value.applyAsDouble(score))));
    }
    return new SvgChart.Curve(run.name(), points);
  }
}

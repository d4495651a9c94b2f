package io.lockstep.report;

import io.lockstep.base.WholeFiles;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.RunHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The main figures of a report as SVG files, for papers and slides. */
final class Figures {
  private static final int CELL = 44;
  private static final int MARGIN = 56;

  /** Larger matrices can't be read. */
  private static final int MOST_CLASSES = 30;

  private Figures() {}

  /** Writes {@code loss.svg}, {@code accuracy.svg}, {@code confusion.svg} into {@code folder}. */
  static void write(Path folder, RunHistory history, Optional<EvaluationSum> test) {
    createFolder(folder);
    WholeFiles.write(folder.resolve("loss.svg"), loss(history).onWhite());
    WholeFiles.write(folder.resolve("accuracy.svg"), accuracy(history).onWhite());
    if (test.isPresent() && test.get().classes() <= MOST_CLASSES) {
      WholeFiles.write(folder.resolve("confusion.svg"), confusion(test.get()));
    }
  }

  /** Makes {@code folder} if it is not there. */
  static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be made: " + WholeFiles.reason(e), e);
    }
  }

  private static SvgChart loss(RunHistory history) {
    ToDoubleFunction<EpochMark> step = mark -> mark.lastStep().orElse(0);
    return new SvgChart(
        "Loss",
        "step",
        "loss per example (nats)",
        SvgChart.Scale.LINEAR,
        List.of(
            new SvgChart.Curve(
                "training, by step",
                StepMean.of(history.steps()).stream()
                    .map(mean -> new SvgChart.Point(mean.step(), mean.loss()))
                    .toList()),
            curve("validation", history, step, lossOf(RunHistory.Epoch::validation)),
            curve("test", history, step, lossOf(RunHistory.Epoch::test))));
  }

  private static SvgChart accuracy(RunHistory history) {
    ToDoubleFunction<EpochMark> epoch = mark -> mark.epoch().epoch();
    return new SvgChart(
        "Accuracy",
        "epoch",
        "fraction right",
        SvgChart.Scale.LINEAR,
        List.of(
            curve("training", history, epoch, mark -> mark.train().accuracy()),
            curve("validation", history, epoch, accuracyOf(RunHistory.Epoch::validation)),
            curve("test", history, epoch, accuracyOf(RunHistory.Epoch::test))));
  }

  private static ToDoubleFunction<RunHistory.Epoch> lossOf(
      Function<RunHistory.Epoch, Optional<RunHistory.Score>> split) {
    return epoch -> split.apply(epoch).map(RunHistory.Score::loss).orElse(Double.NaN);
  }

  private static ToDoubleFunction<RunHistory.Epoch> accuracyOf(
      Function<RunHistory.Epoch, Optional<RunHistory.Score>> split) {
    return epoch -> split.apply(epoch).map(RunHistory.Score::accuracy).orElse(Double.NaN);
  }

  private static SvgChart.Curve curve(
      String name,
      RunHistory history,
      ToDoubleFunction<EpochMark> x,
      ToDoubleFunction<RunHistory.Epoch> y) {
    return new SvgChart.Curve(
        name,
        EpochMark.of(history).stream()
            .map(mark -> new SvgChart.Point(x.applyAsDouble(mark), y.applyAsDouble(mark.epoch())))
            .toList());
  }

  private static String confusion(EvaluationSum counts) {
    int classes = counts.classes();
    int size = MARGIN + classes * CELL + 16;
    Svg svg = new Svg(size, size + 24, "Confusion matrix of the test rows", Svg.Tones.ON_WHITE);
    svg.text(MARGIN + classes * CELL / 2.0, 20, "middle", 14, "predicted");
    svg.upright(18, MARGIN + classes * CELL / 2.0, "label");
    for (int label = 0; label < classes; label++) {
      double middle = MARGIN + (label + 0.5) * CELL;
      svg.text(middle, MARGIN - 10, "middle", 13, Integer.toString(label));
      svg.text(MARGIN - 12, middle + 5, "end", 13, Integer.toString(label));
      for (int prediction = 0; prediction < classes; prediction++) {
        cell(svg, counts, label, prediction);
      }
    }
    return svg.end();
  }

  private static void cell(Svg svg, EvaluationSum counts, int label, int prediction) {
    long rows = 0;
    for (int k = 0; k < counts.classes(); k++) {
      rows += counts.count(label, k);
    }
    long count = counts.count(label, prediction);
    double share = rows == 0 ? 0 : (double) count / rows;
    double shade = count == 0 ? 0 : 0.08 + 0.92 * Math.sqrt(share);
    double x = MARGIN + prediction * (double) CELL;
    double y = MARGIN + label * (double) CELL;
    svg.box(x + 1, y + 1, CELL - 2, CELL - 2, mixed(shade, label == prediction));
    if (count > 0) {
      svg.text(
          x + CELL / 2.0,
          y + CELL / 2.0 + 5,
          "middle",
          13,
          shade > 0.6 ? "#ffffff" : "#1c2733",
          Long.toString(count));
    }
  }

  /** From nearly white to blue, or to red for what is wrong. */
  private static String mixed(double shade, boolean right) {
    int[] full = right ? new int[] {0x00, 0x72, 0xb2} : new int[] {0xd5, 0x5e, 0x00};
    int[] none = {0xf3, 0xf5, 0xf7};
    StringBuilder color = new StringBuilder("#");
    for (int i = 0; i < full.length; i++) {
      color.append(
          String.format(Locale.ROOT, "%02x", Math.round(none[i] + shade * (full[i] - none[i]))));
    }
    return color.toString();
  }
}

package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs side by side: parameters, accuracy after each epoch, loss, seconds.
 *
 * @param runs in the order to show them; at least one
 */
public record Comparison(List<ComparedRun> runs) {
  public Comparison {
    runs = List.copyOf(runs);
  }

  private int epochs() {
    return runs.stream().mapToInt(run -> run.accuracies().size()).max().orElse(0);
  }

  /** A line per run, with a column for the accuracy after each epoch. */
  public String csv() {
    StringBuilder csv =
        new StringBuilder("run,parameters,seconds_training,test_loss,test_accuracy");
    IntStream.rangeClosed(1, epochs()).forEach(epoch -> csv.append(",epoch_").append(epoch));
    for (ComparedRun run : runs) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%n\"%s\",%d,%.3f,%s,%s",
              run.name().replace("\"", "\"\""),
              run.parameters(),
              run.seconds(),
              run.end().map(score -> "" + score.loss()).orElse(""),
              run.end().map(score -> "" + score.accuracy()).orElse("")));
      for (int epoch = 0; epoch < epochs(); epoch++) {
        boolean ran = epoch < run.accuracies().size();
        csv.append(ran ? "," + run.accuracies().get(epoch) : ",");
      }
    }
    return csv.append(System.lineSeparator()).toString();
  }

  /** The same for a terminal: a head, and a line per run. */
  public List<String> lines() {
    int name = runs.stream().mapToInt(run -> run.name().length()).max().orElse(0);
    String format = "%-" + Math.max(3, name) + "s  %10s  %8s  %8s  %8s  %s";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            format, "run", "parameters", "seconds", "loss", "accuracy", "after each epoch"));
    for (ComparedRun run : runs) {
      lines.add(
          String.format(
              format,
              run.name(),
              String.format(Locale.ROOT, "%,d", run.parameters()),
              String.format(Locale.ROOT, "%.1f", run.seconds()),
              run.end().map(score -> rounded(score.loss())).orElse(""),
              run.end().map(score -> rounded(score.accuracy())).orElse(""),
              run.accuracies().stream().map(Comparison::rounded).collect(Collectors.joining(" "))));
    }
    return lines;
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

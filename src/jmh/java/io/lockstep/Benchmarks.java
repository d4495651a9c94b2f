package io.lockstep;

import io.lockstep.lanes.PeakBenchmark;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs benchmarks, and sets what they reach beside the most that a core here can do, measured in
 * the same run. All of them take some eight minutes:
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec</pre>
 *
 * <p>{@code -Djmh="..."} takes JMH's options and patterns of names, such as {@code -Djmh="Step -p
 * run=cnn"}; {@code -Djmh=-h} explains them.
 */
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) throws Exception {
    CommandLineOptions options = new CommandLineOptions(arguments);
    if (options.shouldHelp()) {
      options.showHelp();
      return;
    }
    OptionsBuilder all = new OptionsBuilder();
    all.parent(options).shouldFailOnError(true);
    if (!options.getIncludes().isEmpty()) {
      options.getIncludes().forEach(all::include);
      all.include(PeakBenchmark.class.getName());
    }
    print(new Runner(all.build()).run());
  }

  /** The peak is the best iteration's: other work on the core can only lower it. */
  private static void print(Collection<RunResult> results) {
    double peak =
        results.stream()
            .filter(result -> name(result).startsWith(PeakBenchmark.class.getSimpleName()))
            .mapToDouble(result -> 1 / kiloflop(result).getStatistics().getMin())
            .max()
            .orElse(Double.NaN);
    System.out.printf(
        Locale.ROOT,
        "%n%-36s %-18s %22s %9s %8s%n",
        "benchmark",
        "of",
        "microseconds per image",
        "GFLOP/s",
        "of peak");
    for (RunResult result : results) {
      System.out.println(line(result, peak));
    }
  }

  private static String line(RunResult result, double peak) {
    String of =
        result.getParams().getParamsKeys().stream()
            .map(result.getParams()::getParam)
            .collect(Collectors.joining(" "));
    Result<?> images = result.getSecondaryResults().get("images");
    String perImage =
        Double.isFinite(images.getScore())
            ? String.format(Locale.ROOT, "%.3f ± %.3f", images.getScore(), images.getScoreError())
            : "";
    double gigaflops = gigaflops(result);
    String rate =
        gigaflops > 0
            ? String.format(Locale.ROOT, "%9.1f %7.0f%%", gigaflops, 100 * gigaflops / peak)
            : "";
    return String.format(Locale.ROOT, "%-36s %-18s %22s %s", name(result), of, perImage, rate)
        .stripTrailing();
  }

  /** Class and method. */
  private static String name(RunResult result) {
    String name = result.getParams().getBenchmark();
    int method = name.lastIndexOf('.');
    return name.substring(name.lastIndexOf('.', method - 1) + 1);
  }

  private static double gigaflops(RunResult result) {
    return 1 / kiloflop(result).getScore();
  }

  private static Result<?> kiloflop(RunResult result) {
    return result.getSecondaryResults().get("kiloflop");
  }
}

package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.report.ComparedRun;
import io.lockstep.report.Comparison;
import io.lockstep.report.ComparisonPage;
import io.lockstep.run.RunConfig;
import io.lockstep.training.EpochReport;
import io.lockstep.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit/compare.sh}: several runs in one table. */
@Command(
    name = "compare",
    description = {
      "Trains what is not yet a run, one after another, and sets all side by side: parameters,"
          + " seconds of training, loss and accuracy on the test rows, and the accuracy after each"
          + " epoch. Prints the table and writes it to comparison.csv; compare.html shows it with"
          + " curves, also while the runs go on, and figures/ has these as SVG."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "CONF_OR_RUN",
      description = "Run files, which are trained, and folders of finished runs, in any order.")
  private List<Path> what;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "New folder for comparison.csv, compare.html and figures/, with a folder for each run that is trained. Default:"
            + " runs/comparison-TIMESTAMP."
      })
  private Path out;

  @Mixin private SetOption set;

  @Mixin private SparkOption spark;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    Path folder = out != null ? out : TrainCommand.defaultFolder("comparison");
    WholeFiles.requireAbsent(folder);
    Map<Path, ComparedRun> finished = new LinkedHashMap<>();
    Map<Path, Path> toTrain = new LinkedHashMap<>();
    sort(folder, finished, toTrain);
    ComparisonPage page =
        new ComparisonPage(folder, what.size(), notice -> console.say("NOTE    %s", notice));
    for (Map.Entry<Path, Path> run : toTrain.entrySet()) {
      int exitCode = train(run.getKey(), run.getValue(), page, inOrder(finished));
      if (exitCode != 0) {
        return exitCode;
      }
      finished.put(run.getKey(), ComparedRun.of(run.getValue()));
      page.show(inOrder(finished));
    }
    Files.createDirectories(folder);
    Comparison comparison = new Comparison(inOrder(finished));
    WholeFiles.write(folder.resolve("comparison.csv"), comparison.csv());
    page.show(comparison.runs());
    comparison.lines().forEach(line -> console.say("%s", line));
    console.say("folder  %s", folder);
    return 0;
  }

  /** As they were asked for. */
  private List<ComparedRun> inOrder(Map<Path, ComparedRun> finished) {
    return what.stream().filter(finished::containsKey).map(finished::get).toList();
  }

  private int train(Path conf, Path folder, ComparisonPage page, List<ComparedRun> finished) {
    CommandLine main = Main.commandLine();
    main.getSubcommands()
        .get("train")
        .<TrainCommand>getCommand()
        .tell(
            new TrainingListener() {
              @Override
              public void onEpoch(EpochReport report) {
                page.show(finished, folder);
              }
            });
    return main.execute(training(conf, folder));
  }

  /**
   * Reads the finished runs, and says where each run file's run goes: everything that can be wrong
   * is found before the first is trained.
   */
  private void sort(Path folder, Map<Path, ComparedRun> finished, Map<Path, Path> toTrain) {
    for (Path each : what) {
      if (Files.isDirectory(each)) {
        finished.put(each, ComparedRun.of(each));
        continue;
      }
      Path own = folder.resolve(RunConfig.read(each, set.overrides).name());
      if (toTrain.containsValue(own)) {
        throw new InvalidInputException(
            String.format(
                "Run files to compare must have names of their own, but %s has the name %s, too."
                    + " Change its name, or train one of them first and name its folder.",
                each, own.getFileName()));
      }
      toTrain.put(each, own);
    }
  }

  private String[] training(Path conf, Path folder) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", conf.toString(), "--out", folder.toString()));
    data.choice().ifPresent(choice -> arguments.addAll(List.of("--data", choice)));
    for (String override : set.overrides) {
      arguments.addAll(List.of("--set", override));
    }
    if (spark.master != null) {
      arguments.addAll(List.of("--master", spark.master));
    }
    spark.conf.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    return arguments.toArray(String[]::new);
  }
}

package io.lockstep.cli;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of a scaling study. */
final class StudyOption {
  private static final String CORES_OF_A_WORKER = "spark.task.cpus";

  @Option(
      names = "--study",
      description =
          "A scaling study instead: seconds per step over workers in this JVM and in JVMs of their"
              + " own, batches, weights and two exchanges, driver and slices; a model of the cost,"
              + " fitted to two thirds of these points and checked on the others; what it says of"
              + " 10, 100 and 1,000 executors; accuracy over batches with the learning rate scaled"
              + " and warmed up. Leaves study.csv, batches.csv and study.html. See"
              + " src/docs/scaling.md.")
  boolean study;

  @Option(
      names = "--points",
      paramLabel = "small|full",
      description =
          "How many points a study measures: about two minutes, or about twenty. Default: full.")
  String points;

  @Option(
      names = "--with",
      paramLabel = "STUDY.CSV",
      description = "Points of an earlier study that the model is fitted to as well; repeatable.")
  List<Path> with = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "With --study: measures on this cluster alone. Default: local[N] and"
              + " local-cluster[N,1,1024] for each of --workers.")
  String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's context, for a study; repeatable.")
  Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--workers",
      paramLabel = "N",
      split = ",",
      description = "Workers that a study measures with. Default: 1,2,4,8, or 1,2,4 if small.")
  List<Integer> workers = new ArrayList<>();

  @Option(
      names = "--cores",
      paramLabel = "N",
      description =
          "Cores that all workers of --master share, where they are on one machine. Default: each"
              + " has its own.")
  Integer cores;

  @Option(
      names = "--link",
      paramLabel = "GBITS",
      description =
          "What the link of each of --master's hosts moves in a second. Default: unknown.")
  Double link;

  /** Refuses what only a study takes, where there is none. */
  void check() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--points", points != null);
    given.put("--with", !with.isEmpty());
    given.put("--master", master != null);
    given.put("--conf", !conf.isEmpty());
    given.put("--workers", !workers.isEmpty());
    given.put("--cores", cores != null);
    given.put("--link", link != null);
    given.forEach((name, is) -> require(study || !is, name, "--study"));
    for (String name : List.of("--cores", "--link")) {
      require(master != null || !given.get(name), name, "--master, whose hosts it is of");
    }
    for (int count : workers) {
      Checks.requireAtLeastOne("--workers", count);
      Checks.require(
          count <= StudyMeasure.SHARDS,
          "--workers must be at most " + StudyMeasure.SHARDS + ", the shards of each point",
          count);
    }
    Checks.require(
        conf.getOrDefault(CORES_OF_A_WORKER, "1").equals("1"),
        "--conf must leave " + CORES_OF_A_WORKER + " at 1, a study's workers have one core each",
        conf.get(CORES_OF_A_WORKER));
    if (cores != null) {
      Checks.requireAtLeastOne("--cores", cores);
    }
    if (link != null) {
      Checks.requirePositive("--link", link);
    }
  }

  private static void require(boolean valid, String name, String with) {
    if (!valid) {
      throw new InvalidInputException(
          name + " must come with " + with + ". Add that, or leave it out.");
    }
  }

  StudyExtent extent() {
    return StudyExtent.of(points == null ? "full" : points);
  }

  /** Spark at {@code url}, with the settings that were given. */
  SparkOption at(String url) {
    SparkOption option = new SparkOption();
    option.master = url;
    option.conf.putAll(conf);
    return option;
  }

  /** With how many workers to measure. */
  List<Integer> workers(StudyExtent extent) {
    return workers.isEmpty() ? extent.workers() : workers;
  }

  /** 0 if it is not known. */
  double linkGigabits() {
    return link == null ? 0 : link;
  }

  OptionalInt sharedCores() {
    return cores == null ? OptionalInt.empty() : OptionalInt.of(cores);
  }
}

package io.lockstep.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of every command that starts Spark. */
final class SparkOption {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description = {
        "Spark's master: local[*] (default), local[N], local-cluster[WORKERS,CORES,MB],"
            + " spark://host:port, yarn, ..."
      })
  String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's context, as in spark-submit; may be repeated.")
  Map<String, String> conf = new LinkedHashMap<>();
}

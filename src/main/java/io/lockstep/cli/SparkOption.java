package io.lockstep.cli;

import picocli.CommandLine.Option;

/** Options of every command that starts Spark. */
final class SparkOption {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description = {
        "Spark's master: local[*] (default), local[N], local-cluster[WORKERS,CORES,MB],"
            + " spark://host:port, yarn, ..."
      })
  String master;
}

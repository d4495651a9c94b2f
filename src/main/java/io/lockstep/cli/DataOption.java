package io.lockstep.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of every command that reads examples. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "auto|digits|table|DIR",
      description = {
        "Examples: a folder of MNIST's four IDX files (.gz or not), or of train.parquet and"
            + " test.parquet (label, and features or numeric columns); 'digits' or 'table', drawn"
            + " here; or 'auto': MNIST in $MNIST_HOME, in data/mnist, in the cache under your home,"
            + " or downloaded; digits if it can't be had. Default: the run file's data.source, else"
            + " auto."
      })
  private String choice;

  /** What was said. */
  Optional<String> choice() {
    return Optional.ofNullable(choice);
  }
}

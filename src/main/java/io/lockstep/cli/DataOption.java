package io.lockstep.cli;

import picocli.CommandLine.Option;

/** The option of every command that reads examples. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "auto|digits|DIR",
      defaultValue = "auto",
      description = {
        "Examples: a folder of MNIST's four IDX files (.gz or not), or 'digits', drawn here, or"
            + " 'auto': MNIST in $MNIST_HOME, in data/mnist, in the cache under your home, or"
            + " downloaded; digits if it can't be had. Default: ${DEFAULT-VALUE}."
      })
  String choice;
}

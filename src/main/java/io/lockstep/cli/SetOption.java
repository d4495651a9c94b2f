package io.lockstep.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of every command that reads a run file. */
final class SetOption {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a setting of the run file by any HOCON value; may be repeated.")
  List<String> overrides = new ArrayList<>();
}

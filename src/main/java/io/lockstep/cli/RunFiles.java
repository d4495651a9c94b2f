package io.lockstep.cli;

import java.nio.file.Path;

/** The run files that come with the project. */
final class RunFiles {
  private RunFiles() {}

  /** {@code conf/NAME.conf}, from whatever folder the command was called. */
  static Path shipped(String name) {
    return Path.of(System.getenv().getOrDefault("LOCKSTEP_HOME", ""), "conf", name + ".conf");
  }
}

package io.lockstep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a submit script printed. */
final class Output {
  private Output() {}

  /**
   * Lockstep's own lines: without the JVM's warning and the word of the first start after a build.
   */
  static String of(Path log) throws IOException {
    return Files.readString(log)
        .replaceFirst("preparing faster starts \\(once for each build\\) \\.\\.\\.\\R", "")
        .replaceFirst("WARNING: Using incubator modules: jdk\\.incubator\\.vector\\R", "");
  }
}

package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What submit/notebook.sh says where something is missing, run from a folder without a build. */
class NotebookScriptTest {
  @TempDir private Path home;

  @BeforeEach
  void copyScripts() throws IOException {
    Files.createDirectory(home.resolve("submit"));
    for (String name : List.of("lib.sh", "notebook.sh")) {
      Files.copy(Path.of("submit", name), home.resolve("submit").resolve(name));
    }
  }

  private String said(int exitCode, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "submit/notebook.sh"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exitCode, process.waitFor(), said);
    return said;
  }

  @Test
  void kernel_withoutABuild_saysHowToGetOne() throws Exception {
    String root = home.toRealPath().toString();
    assertEquals(
        String.format(
            "lockstep: the Java kernel has no build: %1$s/target/lockstep-all.jar,"
                + " %1$s/target/kernel or %1$s/target/spark/jars is missing. Say:"
                + " submit/notebook.sh install%n",
            root),
        said(2, "kernel", "connection.json"));
  }

  @Test
  void unknownKind_isRefusedWithTheKnownOnes() throws Exception {
    assertEquals(
        "lockstep: unknown kind of notebook: rstudio. One of jupyter, install;"
            + " submit/notebook.sh --help says more.\n",
        said(2, "rstudio"));
    assertTrue(said(0, "--help").startsWith("Usage: submit/notebook.sh"));
  }
}

package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Jupyter of this machine, with pandas and matplotlib: {@code LOCKSTEP_JUPYTER}, or that on the
 * path.
 *
 * @param command to call
 */
public record Jupyter(Path command) {
  /** Where there is one. */
  public static Optional<Jupyter> find() {
    String named = System.getenv("LOCKSTEP_JUPYTER");
    Stream<Path> candidates =
        named != null
            ? Stream.of(Path.of(named))
            : Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "jupyter"));
    return candidates.filter(Files::isExecutable).findFirst().map(Jupyter::new);
  }

  /**
   * Runs a notebook from top to bottom.
   *
   * @param out the folder for the notebook with what its cells showed
   * @return that notebook
   */
  public Config execute(Path notebook, Map<String, String> environment, Path out)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                command.toString(),
                "nbconvert",
                "--to=notebook",
                "--execute",
                "--output-dir=" + out,
                notebook.toString())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return ConfigFactory.parseFile(
        out.resolve(notebook.getFileName()).toFile(),
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }
}

package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java notebook, run cell by cell in the shared session: few rows, one epoch. */
@Tag("spark")
class NotebooksTest {
  private static final Path FOLDER = Path.of("notebooks", "jupyter");
  static final String ROWS = "lockstep.notebook.rows";
  static final String EPOCHS = "lockstep.notebook.epochs";

  @BeforeAll
  static void makeThemShort() {
    System.setProperty(ROWS, "600");
    System.setProperty(EPOCHS, "1");
    TestSpark.session(); // theirs is this one
  }

  @AfterAll
  static void forget() {
    System.clearProperty(ROWS);
    System.clearProperty(EPOCHS);
  }

  static List<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  private static List<? extends Config> cells(Path notebook) {
    return ConfigFactory.parseFile(notebook.toFile()).getConfigList("cells");
  }

  private static String source(Config cell) {
    return String.join("", cell.getStringList("source"));
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void notebook_committed_hasATitleAndNoOutput(Path notebook) {
    assertTrue(
        source(cells(notebook).get(0)).matches("(?s)# \\d\\. .*\\?\\n.*"), "asks a question");
    for (Config cell : cells(notebook)) {
      if (cell.getString("cell_type").equals("code")) {
        assertEquals(0, cell.getList("outputs").size(), () -> source(cell));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1-train, 4, <td>CNN</td>",
    "2-initialisation, 5, <title>From N(0",
    "3-look-inside, 4, Accuracy by epoch",
    "4-structures, 2, <td>residual</td>",
    "5-scaling, 1, <td>job</td>",
  })
  void notebook_run_showsItsPictures(String name, int pictures, String seen) {
    List<String> shown = run(FOLDER.resolve(name + ".ipynb"));

    assertEquals(pictures, shown.size(), () -> "pictures: " + shown);
    assertTrue(String.join("", shown).contains(seen), () -> "no " + seen + " in " + shown);
  }

  /** Returns the HTML that its cells showed. */
  private static List<String> run(Path notebook) {
    JavaKernel kernel = JavaKernel.create();
    kernel.onStartup();
    List<String> shown = new ArrayList<>();
    try {
      for (Config cell : cells(notebook)) {
        if (cell.getString("cell_type").equals("code")) {
          DisplayData data = kernel.eval(source(cell));
          if (data != null && data.hasDataForType(MIMEType.TEXT_HTML)) {
            shown.add(String.valueOf(data.getData(MIMEType.TEXT_HTML)));
          }
        }
      }
    } catch (RuntimeException e) {
      fail(notebook + ": " + String.join("\n", kernel.formatError(e)), e);
    } finally {
      kernel.onShutdown(false);
    }
    return shown;
  }

  @Test
  void java_notebooks_areAllRun() throws IOException {
    long java =
        notebooks().stream()
            .filter(
                file ->
                    ConfigFactory.parseFile(file.toFile())
                        .getString("metadata.kernelspec.name")
                        .equals("lockstep"))
            .count();
    assertEquals(5, java, "a new notebook needs a line above");
    assertFalse(notebooks().isEmpty());
  }
}

package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.lockstep.Scalac;
import io.lockstep.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every note for Zeppelin: its {@code %spark} and {@code %sql} paragraphs in the shared session, in
 * their order, with few rows and one epoch. A paragraph's output begins a line of its own, as in
 * Zeppelin, where {@code %html} must.
 */
@Tag("spark")
class ZeppelinNotesTest {
  private static final Path FOLDER = Path.of("notebooks", "zeppelin");
  private static final ConfigParseOptions JSON =
      ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON);

  @TempDir private static Path classes;

  /** A paragraph: its interpreter, and what that is given. */
  private record Paragraph(String interpreter, String text) {
    private static Paragraph of(Config paragraph) {
      String[] lines = paragraph.getString("text").split("\n", 2);
      return new Paragraph(lines[0], lines[1]);
    }

    /** The same in Scala, where {@code spark} is the session, as Zeppelin's is. */
    private String scala() {
      return switch (interpreter) {
        case "%md" -> "";
        case "%spark" -> text + "\n";
        case "%sql" ->
            "println(\"%table \" + spark.sql(\"\"\""
                + text
                + "\"\"\").collect().mkString(\"\\n\"))\n";
        default -> throw new AssertionError("no such interpreter here: " + interpreter);
      };
    }
  }

  @BeforeAll
  static void compile() throws IOException {
    System.setProperty(NotebooksTest.ROWS, "600");
    System.setProperty(NotebooksTest.EPOCHS, "1");
    List<Path> files = new ArrayList<>();
    for (Path note : notes()) {
      Path file = classes.resolve(objectOf(note) + ".scala");
      files.add(Files.writeString(file, program(note)));
    }
    Scalac.compile(files, classes);
  }

  @AfterAll
  static void forget() {
    System.clearProperty(NotebooksTest.ROWS);
    System.clearProperty(NotebooksTest.EPOCHS);
  }

  private static String program(Path note) {
    return paragraphs(note).stream()
        .map(Paragraph::scala)
        .collect(
            Collectors.joining(
                "",
                """
                object %s {
                  def run(spark: org.apache.spark.sql.SparkSession, out: java.io.OutputStream): Unit =
                    Console.withOut(out) {
                """
                    .formatted(objectOf(note)),
                "}}"));
  }

  static List<Path> notes() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  private static List<Paragraph> paragraphs(Path note) {
    return ConfigFactory.parseFile(note.toFile(), JSON).getConfigList("paragraphs").stream()
        .map(Paragraph::of)
        .toList();
  }

  private static String objectOf(Path note) {
    return "Note" + note.getFileName().toString().replaceAll("\\W", "");
  }

  @ParameterizedTest
  @MethodSource("notes")
  void note_committed_asksAQuestionAndHasNoOutput(Path note) {
    Config file = ConfigFactory.parseFile(note.toFile(), JSON);

    assertTrue(file.getString("name").matches("lockstep/\\d\\. .*\\?"));
    assertEquals("spark", file.getString("defaultInterpreterGroup"));
    file.getConfigList("paragraphs").forEach(each -> assertFalse(each.hasPath("results")));
    assertTrue(
        paragraphs(note)
            .get(0)
            .text()
            .strip()
            .startsWith("# " + file.getString("name").substring(9)));
  }

  @ParameterizedTest
  @CsvSource({"1-train, 2, 2, '[CNN,21840,'", "3-look-inside, 4, 1, Accuracy by epoch"})
  void note_run_showsItsPicturesAndTables(String name, int pictures, int tables, String seen)
      throws Exception {
    String shown = run(FOLDER.resolve(name + ".zpln"));

    assertEquals(pictures, shown.lines().filter(line -> line.startsWith("%html <")).count(), shown);
    assertEquals(tables, shown.lines().filter(line -> line.startsWith("%table [")).count(), shown);
    assertTrue(shown.contains(seen), () -> "no " + seen + " in " + shown);
  }

  /** Returns what it printed. */
  private static String run(Path note) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(path, ZeppelinNotesTest.class.getClassLoader())) {
      loader
          .loadClass(objectOf(note))
          .getMethod("run", SparkSession.class, OutputStream.class)
          .invoke(null, TestSpark.session(), out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void notes_areAllRun() throws IOException {
    assertEquals(2, notes().size(), "a new note needs a line above");
  }
}

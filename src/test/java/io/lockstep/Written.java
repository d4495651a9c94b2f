package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of the project that a test writes out of the code: whole, or the part of it between {@code
 * <!-- written: NAME -->} and {@code <!-- end -->}. It is compared, or with {@code
 * -Dlockstep.write=true} mended.
 *
 * @param file with the text
 * @param mender the test that writes it
 */
public record Written(Path file, Class<?> mender) {
  private static final String WRITE = "lockstep.write";
  private static final String END = "<!-- end -->\n";

  /** Asserts that the file is {@code text}. */
  public void assertWhole(String text) throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, text);
    }
    assertEquals(
        text,
        Files.readString(file),
        String.format(
            "%s is behind the code; mended by: mvn test -Dtest=%s -D%s=true",
            file, mender.getSimpleName(), WRITE));
  }

  /** Asserts that the part {@code name} of the file is {@code text}. */
  public void assertPart(String name, String text) throws IOException {
    String begin = "<!-- written: " + name + " -->\n";
    String old = Files.readString(file);
    int from = old.indexOf(begin) + begin.length();
    int to = old.indexOf(END, from);
    if (from < begin.length() || to < 0) {
      throw new AssertionError(file + " must have a part: " + begin + END);
    }
    assertWhole(old.substring(0, from) + "\n" + text + "\n" + old.substring(to));
  }

  /** A table of Markdown, with a line under it. */
  public static String table(List<String> head, List<List<String>> rows) {
    return Stream.concat(Stream.of(head, head.stream().map(cell -> "---").toList()), rows.stream())
        .map(Written::line)
        .collect(Collectors.joining());
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> " " + cell.replace("|", "\\|") + " ")
        .collect(Collectors.joining("|", "|", "|\n"));
  }

  /** {@code text} as Markdown that shows it as it is. */
  public static String plain(String text) {
    return text.replaceAll("[<*_]", "\\\\$0");
  }

  /** {@code text} as code of Markdown; nothing for nothing. */
  public static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}

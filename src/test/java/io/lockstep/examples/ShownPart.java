package io.lockstep.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The part of an example between {@code // Shown in PAGE} and {@code // Shown up to here}.
 *
 * @param page that shows it
 */
record ShownPart(Path source, Path page, String text) {
  private static final String BEGIN = "// Shown in ";
  private static final String END = "// Shown up to here";

  static ShownPart of(Path source) throws IOException {
    List<String> rest =
        Files.readAllLines(source).stream()
            .dropWhile(line -> !line.strip().startsWith(BEGIN))
            .toList();
    return new ShownPart(
        source,
        Path.of(rest.get(0).strip().substring(BEGIN.length())),
        rest.stream()
            .skip(1)
            .takeWhile(line -> !line.strip().equals(END))
            .collect(Collectors.joining("\n"))
            .stripIndent());
  }

  /** Asserts that its page has it, as code of {@code language}. */
  void assertShown(String language) throws IOException {
    assertTrue(text.lines().count() > 1, source::toString);
    assertTrue(
        Files.readString(page).contains("\n```" + language + "\n" + text + "\n```\n"),
        () -> page + " must show this part of " + source.getFileName() + ":\n" + text);
  }
}

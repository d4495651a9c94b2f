package io.lockstep.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The part of an example between {@code // README: ...} and {@code // README: end}. */
record ReadmePart(Path source, String text) {
  static ReadmePart of(Path source) throws IOException {
    return new ReadmePart(
        source,
        Files.readAllLines(source).stream()
            .dropWhile(line -> !line.strip().startsWith("// README: "))
            .skip(1)
            .takeWhile(line -> !line.strip().equals("// README: end"))
            .collect(Collectors.joining("\n"))
            .stripIndent());
  }

  /** Asserts that README.md has it, between {@code before} and {@code after}. */
  void assertShown(String before, String after) throws IOException {
    assertTrue(text.lines().count() > 1, source::toString);
    assertTrue(
        Files.readString(Path.of("README.md")).contains("\n" + before + text + "\n" + after),
        () -> "README.md must show this part of " + source.getFileName() + ":\n" + text);
  }
}

package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the project's pages promise: links lead somewhere, and commands are understood. */
class PagesTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!http)([^)]*)\\)|src=\"(?!http)([^\"]*)\"");
  private static final Pattern COMMAND = Pattern.compile("(?m)^    submit/(\\w+)\\.sh *(.*)$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  static List<Path> pages() {
    return List.of(
        Path.of("README.md"),
        Path.of(".github", "CONTRIBUTING.md"),
        Path.of("conf", "README.md"),
        Path.of("src", "docs", "estimator.md"),
        Path.of("src", "docs", "failures.md"),
        Path.of("src", "docs", "measured.md"),
        Path.of("src", "docs", "scaling.md"),
        Path.of("notebooks", "README.md"),
        Path.of("submit", "README.md"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_ofEachPage_leadSomewhere(Path page) throws IOException {
    for (MatchResult link : matches(LINK, Files.readString(page))) {
      String[] fileAndPlace = text(link).split("#", 2);
      Path file =
          fileAndPlace[0].isEmpty() ? page : page.resolveSibling(fileAndPlace[0]).normalize();
      assertTrue(Files.exists(file), () -> page + " links to " + text(link));
      if (fileAndPlace.length == 2) {
        assertTrue(places(file).contains(fileAndPlace[1]), () -> page + " links to " + text(link));
      }
    }
  }

  /** The names that GitHub gives the headings of {@code page}. */
  private static List<String> places(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commands_ofEachPage_areUnderstood(Path page) throws IOException {
    for (MatchResult command : matches(COMMAND, Files.readString(page))) {
      assertTrue(Files.isExecutable(Path.of("submit", command.group(1) + ".sh")), command::group);
      List<String> words = new ArrayList<>(List.of(command.group(1)));
      matches(WORD, command.group(2)).forEach(word -> words.add(text(word)));
      CommandLine main = new CommandLine(new Main());
      if (main.getSubcommands().containsKey(command.group(1))) {
        main.parseArgs(words.toArray(String[]::new)); // throws where it does not understand
      }
      words.stream()
          .filter(word -> word.startsWith("conf/"))
          .forEach(word -> assertTrue(Files.exists(Path.of(word)), command::group));
    }
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  /** The group that matched. */
  private static String text(MatchResult match) {
    for (int group = 1; group <= match.groupCount(); group++) {
      if (match.group(group) != null) {
        return match.group(group);
      }
    }
    throw new AssertionError(match.group());
  }

  @Test
  void readme_hasCommands() throws IOException {
    List<String> scripts =
        matches(COMMAND, Files.readString(Path.of("README.md"))).stream()
            .map(command -> command.group(1))
            .distinct()
            .sorted()
            .toList();

    assertEquals(
        List.of("cluster", "compare", "evaluate", "export", "notebook", "predict", "train"),
        scripts);
  }
}

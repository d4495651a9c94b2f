package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.lockstep.Written;
import io.lockstep.run.SettingsCrawl.Setting;
import io.lockstep.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code conf/README.md} lists what run files can set: names, values and defaults from the readers,
 * and what each does from {@code settings.txt}, whose order it has.
 */
class SettingsReferenceTest {
  private static final Path README = Path.of("conf", "README.md");
  private static final Path TEXTS = Path.of("src/test/resources/io/lockstep/run/settings.txt");

  private final SettingsCrawl crawl = SettingsCrawl.ofRunFiles();
  private final Map<String, String> texts = texts();

  private static Map<String, String> texts() {
    try {
      Map<String, String> texts = new LinkedHashMap<>();
      for (String line : Files.readAllLines(TEXTS)) {
        String[] parts = line.split(" = ", 2);
        texts.put(parts[0], parts[1]);
      }
      return texts;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void texts_areOfTheSettingsThereAre() {
    assertEquals(
        String.join("\n", new TreeSet<>(crawl.settings().keySet())),
        String.join("\n", new TreeSet<>(texts.keySet())),
        TEXTS + " must say what each setting does: a line each, NAME = TEXT");
  }

  @Test
  void readme_listsEverySetting() throws IOException {
    texts_areOfTheSettingsThereAre();
    List<String> parts = new ArrayList<>();
    parts.add(table(name -> isTop(name) && !isSection(name)));
    for (String top : texts.keySet()) {
      if (isTop(top) && isSection(top)) {
        parts.add("### " + Written.code(top) + "\n\n" + texts.get(top) + "\n");
        parts.add(table(name -> name.startsWith(top + ".") && choiceOf(name).isEmpty()));
        crawl.choices().keySet().stream()
            .filter(choice -> choice.startsWith(top + "."))
            .sorted((a, b) -> Integer.compare(place(a), place(b)))
            .forEach(choice -> parts.add(kinds(choice)));
      }
    }
    parts.removeIf(String::isEmpty);
    new Written(README, getClass()).assertPart("settings", String.join("\n", parts));
  }

  @Test
  void readme_smallestRunFile_isWhole() throws IOException {
    String block = Files.readString(README).split("```\n", -1)[1];

    RunConfig run = RunConfig.of(ConfigFactory.parseString(block));

    assertEquals("small", run.name());
    assertEquals(RunConfig.Data.DEFAULTS, run.data());
    assertEquals(TrainingConfig.DEFAULTS, run.training());
  }

  private static boolean isTop(String name) {
    return !name.contains(".");
  }

  private boolean isSection(String name) {
    return crawl.settings().get(name).values().equals(SettingsCrawl.SECTION);
  }

  private int place(String name) {
    return List.copyOf(texts.keySet()).indexOf(name);
  }

  /** The setting whose kinds {@code name} belongs to, or nothing. */
  private String choiceOf(String name) {
    return crawl.choices().keySet().stream()
        .filter(choice -> name.startsWith(choice + "."))
        .findFirst()
        .orElse("");
  }

  private String table(Predicate<String> which) {
    List<List<String>> rows =
        texts.keySet().stream()
            .filter(which)
            .map(name -> row(Written.code(name), crawl.settings().get(name)))
            .toList();
    return rows.isEmpty()
        ? ""
        : Written.table(List.of("setting", "values", "default", "what it does"), rows);
  }

  private List<String> row(String first, Setting setting) {
    boolean optional = !setting.fallback().equals(SettingsCrawl.REQUIRED);
    return List.of(
        first,
        setting.values(),
        optional ? Written.code(setting.fallback()) : setting.fallback(),
        texts.get(setting.name()));
  }

  private String kinds(String choice) {
    List<List<String>> rows =
        texts.keySet().stream()
            .filter(name -> choiceOf(name).equals(choice))
            .map(name -> kindRow(choice, crawl.settings().get(name)))
            .toList();
    String choosing =
        crawl.choices().get(choice).stream().map(Written::code).collect(Collectors.joining(", "));
    return String.format("Kinds of %s:%n%n", choosing)
        + Written.table(List.of("kind", "setting", "values", "default", "what it does"), rows);
  }

  private List<String> kindRow(String choice, Setting setting) {
    String[] kindAndKey = setting.name().substring(choice.length() + 1).split("\\.", 2);
    boolean isKind = kindAndKey.length == 1;
    List<String> row = new ArrayList<>();
    row.add(isKind ? Written.code(kindAndKey[0]) : "");
    row.addAll(row(isKind ? "" : Written.code(kindAndKey[1]), setting));
    return row;
  }
}

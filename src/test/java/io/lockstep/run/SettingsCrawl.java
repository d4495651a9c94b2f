package io.lockstep.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every setting of a run file, found as a user would find it: by setting something wrong and
 * reading the message. So names, values and defaults are those of the readers themselves.
 */
final class SettingsCrawl {
  private static final Pattern KNOWN = Pattern.compile("Unknown setting .* here: (.*)\\.");
  private static final Pattern KINDS = Pattern.compile(".* is unknown.* Known: (.*)\\.");
  private static final Pattern MISSING = Pattern.compile("(.*) is missing: set (.*)");
  private static final Pattern RULE =
      Pattern.compile(".* must be (.*), but was .*", Pattern.DOTALL);

  /** The values of a section. */
  static final String SECTION = "section";

  /** The default of a setting that has none. */
  static final String REQUIRED = "required";

  /** What a setting that must be set is set to; the first that is taken. */
  private static final List<String> SOMETHING =
      List.of("1", "0.5", "[1]", "[relu]", "[[relu], [relu]]");

  /** Sets nothing but what every run file must. */
  private static final Map<String, String> RUN =
      Map.of("network", "{input = [1], layers = [relu]}");

  /**
   * A setting.
   *
   * @param name as {@code --set} takes it; that of a kind has its kind in it
   * @param values that it may have
   * @param fallback its default, or that there is none
   */
  record Setting(String name, String values, String fallback) {}

  private final Map<String, Setting> found = new LinkedHashMap<>();
  private final Map<String, List<String>> choosers = new LinkedHashMap<>();

  private SettingsCrawl() {}

  /** All there is, by name. */
  static SettingsCrawl ofRunFiles() {
    SettingsCrawl crawl = new SettingsCrawl();
    crawl.section("", RUN, settings -> settings);
    return crawl;
  }

  /** The settings, and the kinds that some choose among, by name. */
  Map<String, Setting> settings() {
    return found;
  }

  /** The settings that choose among the same kinds, by the first of them. */
  Map<String, List<String>> choices() {
    return choosers.values().stream().collect(Collectors.toMap(names -> names.get(0), n -> n));
  }

  /** A section, or the settings of a kind; {@code within} makes a run file of them. */
  private void section(String path, Map<String, String> given, UnaryOperator<String> within) {
    Map<String, String> needed = new LinkedHashMap<>(given);
    Optional<String> message = complaint(within.apply(text(needed)));
    while (message.map(MISSING::matcher).filter(Matcher::matches).isPresent()) {
      String name = group(MISSING, message).orElseThrow();
      needed.put(name.substring(name.lastIndexOf('.') + 1), something(name, needed, within));
      message = complaint(within.apply(text(needed)));
    }
    for (String key : known(needed, within)) {
      String name = path.isEmpty() ? key : path + "." + key;
      String fallback = needed.containsKey(key) ? REQUIRED : fallback(name, needed, within);
      setting(name, fallback, value -> within.apply(text(with(needed, key, value))));
    }
  }

  /** What {@code name}, which is missing, can be: then nothing is, or something else. */
  private static String something(
      String name, Map<String, String> needed, UnaryOperator<String> within) {
    String key = name.substring(name.lastIndexOf('.') + 1);
    for (String value : SOMETHING) {
      Optional<String> message = complaint(within.apply(text(with(needed, key, value))));
      Optional<String> missing = group(MISSING, message);
      if (message.isEmpty() || (missing.isPresent() && !missing.get().equals(name))) {
        return value;
      }
    }
    throw new AssertionError(name + " takes none of " + SOMETHING);
  }

  private static List<String> known(Map<String, String> needed, UnaryOperator<String> within) {
    Optional<String> message = complaint(within.apply(text(with(needed, "nothingLikeIt", "1"))));
    return group(KNOWN, message)
        .map(keys -> List.of(keys.split(", ", -1)))
        .orElse(List.of()) // a section that is not read
        .stream()
        .filter(key -> !key.equals("none"))
        .toList();
  }

  /** One setting, whatever it is; {@code file} makes a run file of a value for it. */
  private void setting(String name, String fallback, UnaryOperator<String> file) {
    Optional<String> message = complaint(file.apply("\"?\""));
    Optional<String> kinds = group(KINDS, message);
    String rule = group(RULE, message).orElse("a text");
    if (kinds.isPresent()) {
      found.put(name, new Setting(name, "a kind, below", fallback));
      choice(name, kinds.get(), file);
    } else if (rule.startsWith("an object")) {
      found.put(name, new Setting(name, SECTION, ""));
      section(name, Map.of(), settings -> file.apply("{" + settings + "}"));
    } else if (rule.startsWith("a list")) {
      setting(name, fallback, value -> file.apply("[" + value + "]"));
      found.computeIfPresent(
          name, (key, each) -> new Setting(key, "list, each: " + each.values(), fallback));
    } else {
      found.put(name, new Setting(name, values(rule, file), fallback));
    }
  }

  /** The kinds of a choice, where another setting has not shown them. */
  private void choice(String name, String kinds, UnaryOperator<String> file) {
    List<String> others = choosers.computeIfAbsent(kinds, first -> new ArrayList<>());
    if (!others.contains(name)) {
      others.add(name);
    }
    if (!others.get(0).equals(name)) {
      return;
    }
    for (String kind : kinds.split(", ", -1)) {
      String path = name + "." + kind;
      found.put(path, new Setting(path, "", ""));
      section(path, Map.of(), settings -> file.apply("{" + kind + "{" + settings + "}}"));
    }
  }

  /** A rule, with what it says of values that are too low or too high. */
  private static String values(String rule, UnaryOperator<String> file) {
    String type = rule.replaceFirst("^an? ", "");
    if (!type.endsWith("number")) {
      return type;
    }
    String high = type.startsWith("whole") ? String.valueOf(Integer.MAX_VALUE) : "1e300";
    Set<String> limits = new TreeSet<>();
    group(RULE, complaint(file.apply("-1"))).ifPresent(limits::add);
    group(RULE, complaint(file.apply(high))).ifPresent(limits::add);
    String limit = String.join("; ", limits);
    return limit.startsWith("a ") ? limit.substring(2) : (type + " " + limit).strip();
  }

  /** What the reader takes for {@code name} where it is not set. */
  private static String fallback(
      String name, Map<String, String> needed, UnaryOperator<String> within) {
    Map<String, String> others = new LinkedHashMap<>(needed);
    others.replaceAll((key, value) -> value.equals("1") ? "2" : value);
    String fallback = taken(name, within.apply(text(needed)));
    return fallback.equals(taken(name, within.apply(text(others))))
        ? fallback
        : String.join(", ", needed.keySet());
  }

  private static String taken(String name, String runFile) {
    ConfigValue value = config(runFile).toConfig().root();
    for (String key : name.split("\\.", -1)) {
      value = inside(value, key);
      if (value == null) {
        return "";
      }
    }
    return shown(value);
  }

  private static ConfigValue inside(ConfigValue value, String key) {
    ConfigValue one = value instanceof ConfigList list ? list.get(0) : value;
    return one instanceof ConfigObject object ? object.get(key) : null;
  }

  private static String shown(ConfigValue value) {
    boolean bareKind = value instanceof ConfigObject object && object.size() == 1;
    return bareKind
        ? ((ConfigObject) value).keySet().iterator().next()
        : value.render(HoconText.COMPACT).replace("\"", "").replaceFirst("\\.0(?=$|E)", "");
  }

  private static Map<String, String> with(Map<String, String> needed, String key, String value) {
    Map<String, String> result = new LinkedHashMap<>(needed);
    result.put(key, value);
    return result;
  }

  private static String text(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = " + setting.getValue())
        .collect(Collectors.joining(", "));
  }

  private static RunConfig config(String runFile) {
    Config config = ConfigFactory.parseString(runFile);
    return RunConfig.of(config);
  }

  /** What the reader says to {@code runFile}; nothing if it takes it. */
  private static Optional<String> complaint(String runFile) {
    try {
      config(runFile);
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> group(Pattern pattern, Optional<String> message) {
    return message.map(pattern::matcher).filter(Matcher::matches).map(match -> match.group(1));
  }
}

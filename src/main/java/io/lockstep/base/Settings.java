package io.lockstep.base;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One section of a HOCON configuration, read with types and without silent leftovers.
 *
 * <p>Call order: ask for every known key, then {@link #rejectUnknown()}, which names the nearest
 * known key for each one that nobody asked for.
 */
public final class Settings {
  /** Of a value or a key in a message. */
  private static final int MAX_SHOWN = 200;

  private final String path;
  private final ConfigObject object;
  private final Set<String> catalogue;
  private final TreeSet<String> known = new TreeSet<>();

  private Settings(String path, ConfigObject object, Set<String> catalogue) {
    this.path = path;
    this.object = object;
    this.catalogue = catalogue;
  }

  /** The whole of {@code config}. */
  public static Settings of(Config config) {
    return of(config, Set.of());
  }

  /**
   * The whole of {@code config}.
   *
   * @param catalogue full names of settings, to propose for a key that stands in the wrong section
   */
  public static Settings of(Config config, Set<String> catalogue) {
    return new Settings("", config.root(), catalogue);
  }

  /** The object {@code value}, whose keys are called {@code path.key} in messages. */
  public static Settings of(ConfigValue value, String path) {
    if (value instanceof ConfigObject object) {
      return new Settings(path, object, Set.of());
    }
    throw wrongType(path, "an object { ... }", value);
  }

  /** The full name of {@code key}, as {@code --set} takes it. */
  public String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Where this section stands, for messages. */
  public String path() {
    return path;
  }

  /** The keys that are set, in alphabetical order. */
  public List<String> keys() {
    return List.copyOf(new TreeSet<>(object.keySet()));
  }

  /** The value of {@code key}, if it is set and not null. */
  public Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key))
        .filter(value -> value.valueType() != ConfigValueType.NULL);
  }

  /** The section {@code key}; empty when it is not set. */
  public Settings section(String key) {
    return value(key)
        .map(value -> new Settings(name(key), of(value, name(key)).object, catalogue))
        .orElseGet(() -> new Settings(name(key), ConfigFactory.empty().root(), catalogue));
  }

  /** The list {@code key}. */
  public List<ConfigValue> list(String key) {
    ConfigValue value =
        value(key)
            .orElseThrow(() -> new InvalidInputException(name(key) + " is missing: set a list"));
    if (value instanceof ConfigList list) {
      return list;
    }
    throw wrongType(name(key), "a list [ ... ]", value);
  }

  public int intValue(String key, int fallback) {
    return value(key).map(v -> toInt(name(key), v)).orElse(fallback);
  }

  public int intValue(String key) {
    return toInt(name(key), required(key, "a whole number"));
  }

  public long longValue(String key, long fallback) {
    return value(key)
        .map(v -> number(name(key), v, "a whole number", c -> exactLong(c)))
        .orElse(fallback);
  }

  public long longValue(String key) {
    return number(name(key), required(key, "a whole number"), "a whole number", c -> exactLong(c));
  }

  public double doubleValue(String key, double fallback) {
    return value(key).map(v -> toDouble(name(key), v)).orElse(fallback);
  }

  public double doubleValue(String key) {
    return toDouble(name(key), required(key, "a number"));
  }

  public boolean booleanValue(String key, boolean fallback) {
    return value(key)
        .map(
            v -> {
              try {
                return v.atKey("v").getBoolean("v");
              } catch (ConfigException e) {
                throw wrongType(name(key), "true or false", v);
              }
            })
        .orElse(fallback);
  }

  public String stringValue(String key, String fallback) {
    return value(key).map(v -> toText(name(key), v)).orElse(fallback);
  }

  public String stringValue(String key) {
    return toText(name(key), required(key, "a text"));
  }

  /** A list of whole numbers, such as a shape. */
  public List<Integer> intList(String key) {
    List<Integer> result = new ArrayList<>();
    for (ConfigValue element : list(key)) {
      result.add(toInt(name(key), element));
    }
    return List.copyOf(result);
  }

  /**
   * A choice between kinds: {@code relu}, or {@code sgd { learningRate = 0.1 }}.
   *
   * @param kind the name of what was chosen
   * @param settings what was set for it
   */
  public record Choice(String kind, Settings settings) {}

  /** Reads {@code value} as a choice: a bare name, or an object with the name as its one key. */
  public static Choice choice(ConfigValue value, String path) {
    if (value.valueType() == ConfigValueType.STRING) {
      String kind = (String) value.unwrapped();
      return new Choice(
          kind, new Settings(path + "." + kind, ConfigFactory.empty().root(), Set.of()));
    }
    if (!(value instanceof ConfigObject object)) {
      throw wrongType(path, "a name, or name { ... }", value);
    }
    if (object.size() != 1) {
      throw new InvalidInputException(
          String.format(
              "%s must name exactly one kind, but names %s. Override the whole value:"
                  + " --set '%s={kind{...}}'.",
              path, new TreeSet<>(object.keySet()), path));
    }
    String kind = object.keySet().iterator().next();
    return new Choice(kind, of(object.get(kind), path + "." + kind));
  }

  /** The error for a kind that does not exist, with the nearest that does. */
  public static InvalidInputException unknownKind(String path, String kind, List<String> kinds) {
    return new InvalidInputException(
        String.format(
            "%s = %s is unknown%s Known: %s.",
            path, kind, didYouMean(kind, kinds), String.join(", ", kinds)));
  }

  /**
   * Refuses every key that was set and that nobody asked for.
   *
   * @throws InvalidInputException naming the key, where it stands and the nearest known key
   */
  public void rejectUnknown() {
    for (String key : keys()) {
      if (!known.contains(key)) {
        throw new InvalidInputException(
            String.format(
                "Unknown setting %s (%s)%s Known settings here: %s.",
                name(key),
                object.get(key).origin().description(),
                didYouMeanKey(key),
                known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  private ConfigValue required(String key, String type) {
    return value(key)
        .orElseThrow(() -> new InvalidInputException(name(key) + " is missing: set " + type));
  }

  private static String toText(String name, ConfigValue value) {
    if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
      throw wrongType(name, "a text", value);
    }
    return String.valueOf(value.unwrapped());
  }

  private static int toInt(String name, ConfigValue value) {
    return number(
        name,
        value,
        "a whole number",
        config -> {
          long whole = exactLong(config);
          return Math.toIntExact(whole);
        });
  }

  /** HOCON makes 1 of 1.5 and 2^63 - 1 of 1e300 when asked for a long; a setting must not. */
  private static long exactLong(Config config) {
    double value = config.getDouble("v");
    long whole = config.getLong("v");
    if (value != (double) whole) {
      throw new ArithmeticException("not whole");
    }
    return whole;
  }

  private static double toDouble(String name, ConfigValue value) {
    return number(name, value, "a number", config -> config.getDouble("v"));
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(Config config);
  }

  private static <T> T number(String name, ConfigValue value, String type, Reader<T> reader) {
    try {
      return reader.read(value.atKey("v"));
    } catch (ConfigException | ArithmeticException | NumberFormatException e) {
      throw wrongType(name, type, value);
    }
  }

  /** The error for a value that is not {@code type}. */
  public static InvalidInputException wrongType(String name, String type, ConfigValue value) {
    String actual = shortened(value.render(HoconText.COMPACT));
    if (value instanceof ConfigObject object && !object.isEmpty()) {
      actual = "{" + actual + "}"; // rendered as a file, which needs none
    }
    return new InvalidInputException(
        String.format(
            "%s must be %s, but was %s (%s)", name, type, actual, value.origin().description()));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }

  /** The nearest key of this section, else of any other. */
  private String didYouMeanKey(String key) {
    String here = didYouMean(key, List.copyOf(known));
    if (!here.equals(".")) {
      return here;
    }
    for (String elsewhere : new TreeSet<>(catalogue)) {
      String lastPart = elsewhere.substring(elsewhere.lastIndexOf('.') + 1);
      if (editDistance(key, lastPart) <= 2) {
        return "; did you mean " + elsewhere + "?";
      }
    }
    return here;
  }

  private static String didYouMean(String key, List<String> candidates) {
    String nearest = null;
    int best = Math.max(2, key.length() / 2) + 1;
    for (String candidate : candidates) {
      int distance = editDistance(key, candidate);
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest == null ? "." : "; did you mean " + nearest + "?";
  }

  /** Levenshtein's distance, two rows at a time; of very different lengths, any large number. */
  private static int editDistance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > MAX_SHOWN) {
      return Integer.MAX_VALUE;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}

package io.lockstep.base;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The kinds that a configuration chooses among, each with its reader: the kinds that are known and
 * those that an error lists can't differ.
 *
 * @param <T> what a choice is read to
 */
public final class Kinds<T> {
  private final TreeMap<String, Function<Settings, T>> readers;

  /**
   * These kinds.
   *
   * @param readers by kind; each asks for every setting it knows, see {@link Settings}
   */
  public Kinds(Map<String, Function<Settings, T>> readers) {
    this.readers = new TreeMap<>(readers);
  }

  /** The kinds that a configuration may name, in alphabetical order. */
  public List<String> names() {
    return List.copyOf(readers.keySet());
  }

  /**
   * Reads {@code value}: a bare kind, or {@code kind { ... }}.
   *
   * @param path of the value, for messages
   * @throws InvalidInputException if the kind, or a setting of it, is unknown or has no such value
   */
  public T read(ConfigValue value, String path) {
    Settings.Choice choice = Settings.choice(value, path);
    Function<Settings, T> reader = readers.get(choice.kind());
    if (reader == null) {
      throw Settings.unknownKind(path, choice.kind(), names());
    }
    T result = reader.apply(choice.settings());
    choice.settings().rejectUnknown();
    return result;
  }
}

package io.lockstep.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.network.NetworkSpec;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What decides every bit of a run: a checkpoint may be resumed by an equal run alone.
 *
 * @param network what is trained
 * @param dataSha256 over its rows
 * @param settings everything else, by name. Those that may not change a bit are kept, but need not
 *     be equal: {@code name}, {@code distributed}, {@code checkpoints}
 */
public record RunIdentity(NetworkSpec network, String dataSha256, Config settings) {
  private static final Set<String> FREE = Set.of("name", "distributed", "checkpoints");

  /** A value that differs. */
  private record Difference(String key, ConfigValue there, ConfigValue here) {}

  /**
   * Refuses {@code here}, the run that wants to go on from a checkpoint of this one, if it is
   * another.
   *
   * @param checkpoint its name, for the message
   * @throws InvalidInputException naming the first value that differs
   */
  public void requireSame(RunIdentity here, String checkpoint) {
    if (!dataSha256.equals(here.dataSha256)) {
      throw new InvalidInputException(
          String.format(
              "%s is of other data: SHA-256 %s there, %s here. Give the --data it was started with.",
              checkpoint, dataSha256, here.dataSha256));
    }
    difference("network", network.toConfig(), here.network.toConfig())
        .or(() -> differentSetting(here))
        .ifPresent(
            different -> {
              throw new InvalidInputException(
                  String.format(
                      "%s is of another run: %s is %s there, %s here. Resume with the settings it"
                          + " was started with, or start a new run without --resume.",
                      checkpoint,
                      different.key,
                      rendered(different.there),
                      rendered(different.here)));
            });
  }

  private Optional<Difference> differentSetting(RunIdentity here) {
    ConfigObject there = settings.root();
    ConfigObject own = here.settings.root();
    for (String free : FREE) {
      there = there.withoutKey(free);
      own = own.withoutKey(free);
    }
    return difference("", there, own);
  }

  /** The first difference inside two values, in the order of keys and elements. */
  private static Optional<Difference> difference(String key, ConfigValue there, ConfigValue here) {
    if (there instanceof ConfigObject a && here instanceof ConfigObject b) {
      Set<String> keys = new TreeSet<>(a.keySet());
      keys.addAll(b.keySet());
      return keys.stream()
          .map(k -> difference(key.isEmpty() ? k : key + "." + k, a.get(k), b.get(k)))
          .flatMap(Optional::stream)
          .findFirst();
    }
    if (there instanceof ConfigList a && here instanceof ConfigList b && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        Optional<Difference> inside = difference(key + "[" + i + "]", a.get(i), b.get(i));
        if (inside.isPresent()) {
          return inside;
        }
      }
      return Optional.empty();
    }
    boolean equal = there != null && there.equals(here);
    return equal ? Optional.empty() : Optional.of(new Difference(key, there, here));
  }

  private static String rendered(ConfigValue value) {
    return value == null ? "not set" : value.render(HoconText.COMPACT);
  }
}

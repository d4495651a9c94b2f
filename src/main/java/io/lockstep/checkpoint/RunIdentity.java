package io.lockstep.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Sha256;
import io.lockstep.data.DataFingerprint;
import io.lockstep.network.NetworkSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What decides every bit of a run: a checkpoint may be resumed by an equal run alone. A command and
 * a fit on the same rows are equal runs.
 *
 * @param arithmetic the number of lockstep's arithmetic, see {@link
 *     io.lockstep.base.Version#ARITHMETIC}
 * @param network what is trained
 * @param data its rows; empty in checkpoints of before arithmetic 2, whose checksum was another
 * @param settings everything else, by name. Those that may not change a bit are kept, but need not
 *     be equal: {@code name}, {@code distributed}, {@code checkpoints}, {@code data.source}; nor
 *     need {@code data.trainRows} and {@code data.validationRows} if the rows are
 */
public record RunIdentity(
    int arithmetic, NetworkSpec network, Optional<DataFingerprint> data, Config settings) {
  private static final List<String> FREE =
      List.of("name", "distributed", "checkpoints", "data.source");
  private static final List<String> ROWS = List.of("data.trainRows", "data.validationRows");

  /** Up to here a double is the long of the same value. */
  private static final double MAX_WHOLE = 1L << 53;

  /** A value that differs. */
  private record Difference(String key, Optional<ConfigValue> there, Optional<ConfigValue> here) {}

  /** Which arithmetic a run may be resumed from. */
  public enum Accepted {
    /** Its own alone: the bits are those of a run that never stopped. */
    SAME_ARITHMETIC,
    /** Any: the user gives up the bits. */
    ANY_ARITHMETIC
  }

  /**
   * Refuses {@code here}, the run that wants to go on from a checkpoint of this one, if it is
   * another.
   *
   * @param checkpoint its name, for the message
   * @throws InvalidInputException naming the first value that differs
   */
  public void requireSame(RunIdentity here, String checkpoint, Accepted accepted) {
    if (arithmetic != here.arithmetic && accepted == Accepted.SAME_ARITHMETIC) {
      throw new InvalidInputException(
          String.format(
              "%s is of another arithmetic: %d there, %d here, so the run would not end with the"
                  + " bits it began for. Resume it with the lockstep that wrote it, start a new run"
                  + " without --resume, or go on without that promise: --accept-other-arithmetic.",
              checkpoint, arithmetic, here.arithmetic));
    }
    requireSameRows(here, checkpoint);
    difference("network", network.toConfig(), here.network.toConfig())
        .or(() -> difference("", compared(settings), compared(here.settings)))
        .ifPresent(
            different -> {
              throw otherRun(checkpoint, different);
            });
  }

  private void requireSameRows(RunIdentity here, String checkpoint) {
    boolean comparable = data.isPresent() && here.data.isPresent();
    if (comparable && data.get().sameAs(here.data.get())) {
      return;
    }
    for (String key : ROWS) { // the likelier reason, and the one that can be named
      Optional<ConfigValue> there = valueOf(settings, key);
      Optional<ConfigValue> own = valueOf(here.settings, key);
      if (!there.equals(own)) {
        throw otherRun(checkpoint, new Difference(key, there, own));
      }
    }
    if (comparable) {
      throw new InvalidInputException(
          String.format(
              "%s is of other data: SHA-256 %s there, %s here. Give the --data it was started with.",
              checkpoint,
              data.get().differing(here.data.get()),
              here.data.get().differing(data.get())));
    }
  }

  private static Optional<ConfigValue> valueOf(Config settings, String key) {
    return settings.hasPath(key) ? Optional.of(settings.getValue(key)) : Optional.empty();
  }

  private static InvalidInputException otherRun(String checkpoint, Difference different) {
    return new InvalidInputException(
        String.format(
            "%s is of another run: %s is %s there, %s here. Resume with the settings it was started"
                + " with, or start a new run without --resume.",
            checkpoint, different.key, rendered(different.there), rendered(different.here)));
  }

  /** The settings that must be equal whatever the rows are. */
  private static ConfigObject compared(Config settings) {
    Config compared = settings;
    for (String row : ROWS) {
      compared = compared.withoutPath(row);
    }
    for (String free : FREE) {
      compared = compared.withoutPath(free);
    }
    return compared.root();
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
    return equal
        ? Optional.empty()
        : Optional.of(new Difference(key, Optional.ofNullable(there), Optional.ofNullable(here)));
  }

  private static String rendered(Optional<ConfigValue> value) {
    return value.map(v -> v.render(HoconText.COMPACT)).orElse("not set");
  }

  /** SHA-256 over what decides the weights: equal for equal runs. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    for (String part :
        List.of(
            String.valueOf(arithmetic),
            data.map(DataFingerprint::sha256).orElse(""),
            canonical(network.toConfig()),
            canonical(compared(settings)))) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return Sha256.hex(digest);
  }

  /** The same text for equal values, whichever way they were written. */
  private static String canonical(ConfigValue value) {
    if (value instanceof ConfigObject object) {
      return new TreeSet<>(object.keySet())
          .stream()
              .map(key -> key + "=" + canonical(object.get(key)))
              .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof ConfigList list) {
      return list.stream().map(RunIdentity::canonical).collect(Collectors.joining(",", "[", "]"));
    }
    boolean whole =
        value.unwrapped() instanceof Double number
            && number == Math.rint(number)
            && Math.abs(number) < MAX_WHOLE;
    return whole
        ? String.valueOf(((Double) value.unwrapped()).longValue())
        : String.valueOf(value.unwrapped());
  }
}

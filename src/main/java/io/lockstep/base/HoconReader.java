package io.lockstep.base;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Reads HOCON and JSON that anybody may have written: what comes of a text is bounded by its
 * length. So there is no <code>${...}</code>, with which forty lines become a terabyte, and a file
 * includes only files beside it.
 */
public final class HoconReader {
  /**
   * The longest HOCON; that of the largest network here has 2 kB. Some of what this length allows
   * takes the parser seconds: its time grows with the square.
   */
  public static final int MAX_BYTES = 1 << 17;

  /** Braces and brackets within each other; the format of a run needs 7. */
  private static final int MAX_DEPTH = 50;

  private static final int MAX_INCLUDE_DEPTH = 8;

  private HoconReader() {}

  /**
   * Reads {@code hocon}.
   *
   * @param name of the text, for messages
   * @throws InvalidInputException naming the text, if it is no HOCON, or asks for more than it says
   */
  public static Config text(String name, String hocon) {
    return parse(name, hocon, ConfigSyntax.CONF, new NoIncludes(name));
  }

  /** The same from UTF-8. */
  public static Config text(String name, byte[] hocon) {
    return text(name, decoded(name, hocon));
  }

  /** The same for JSON. */
  public static Config json(String name, String json) {
    return parse(name, json, ConfigSyntax.JSON, new NoIncludes(name));
  }

  /**
   * Reads the HOCON file {@code file}, which may include files beside it.
   *
   * @throws InvalidInputException naming the file, as {@link #text}, or if it is not there
   * @throws UncheckedIOException if it can't be read
   */
  public static Config file(Path file) {
    return file(file, 0);
  }

  private static Config file(Path file, int includes) {
    String name = file.toString();
    if (includes > MAX_INCLUDE_DEPTH) {
      throw new InvalidInputException(
          String.format(
              "%s is included through more than %d files. Does a file include itself?",
              name, MAX_INCLUDE_DEPTH));
    }
    try {
      requireSize(name, Files.size(file));
      String text = decoded(name, Files.readAllBytes(file));
      return parse(name, text, ConfigSyntax.CONF, new Neighbours(file, includes));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be read: " + WholeFiles.reason(e), e);
    }
  }

  /** Refuses more than {@link #MAX_BYTES} before they are read. */
  public static void requireSize(String name, long bytes) {
    if (bytes > MAX_BYTES) {
      throw new InvalidInputException(
          String.format(
              "%s must have at most %,d bytes, but has %,d. It is no description of a network or a"
                  + " run.",
              name, MAX_BYTES, bytes));
    }
  }

  private static String decoded(String name, byte[] utf8) {
    requireSize(name, utf8.length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(name + " is damaged: it is no UTF-8 text.", e);
    }
  }

  private static Config parse(
      String name, String text, ConfigSyntax syntax, ConfigIncluder includer) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(syntax)
            .setOriginDescription(name)
            .setIncluder(includer);
    try {
      Config config = ConfigFactory.parseString(text, options);
      requireResolved(name, config);
      requireDepth(name, config.root(), MAX_DEPTH);
      return config;
    } catch (ConfigException e) {
      String message = e.getMessage(); // which most often begins with the name
      throw new InvalidInputException(
          message.startsWith(name) ? message : name + ": " + message, e);
    } catch (StackOverflowError e) { // the parser's only limit
      throw tooDeep(name, e);
    }
  }

  private static void requireResolved(String name, Config config) {
    if (!config.isResolved()) {
      throw new InvalidInputException(
          name
              + " must say its values itself, but refers to others with ${...}. Write them out, or"
              + " use --set.");
    }
  }

  private static void requireDepth(String name, ConfigValue value, int left) {
    if (left == 0) {
      throw tooDeep(name, null);
    }
    Collection<ConfigValue> inside = List.of();
    if (value instanceof ConfigObject object) {
      inside = object.values();
    } else if (value instanceof ConfigList list) {
      inside = list;
    }
    inside.forEach(element -> requireDepth(name, element, left - 1));
  }

  private static InvalidInputException tooDeep(String name, Throwable cause) {
    return new InvalidInputException(
        String.format(
            "%s must be nested at most %d deep, but is deeper. It is no description of a network or"
                + " a run.",
            name, MAX_DEPTH),
        cause);
  }

  /** Refuses every kind of {@code include}. */
  private static class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    private final String name;

    private NoIncludes(String name) {
      this.name = name;
    }

    /** There is nothing to fall back to. */
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refused(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return include(context, what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refused(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refused("classpath " + what);
    }

    final InvalidInputException refused(String what) {
      return new InvalidInputException(
          String.format(
              "%s includes %s, but only a run file may include, and only files beside it.",
              name, what));
    }
  }

  /** Includes files of the including file's folder. */
  private static final class Neighbours extends NoIncludes {
    private final Path file;
    private final int includes;

    private Neighbours(Path file, int includes) {
      super(file.toString());
      this.file = file;
      this.includes = includes;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      boolean plainName =
          !what.isEmpty() && !what.equals("..") && new File(what).getName().equals(what);
      if (!plainName || what.indexOf('\0') >= 0) {
        throw refused(what);
      }
      Path neighbour = file.resolveSibling(what);
      if (!Files.isRegularFile(neighbour)) {
        throw new InvalidInputException(
            file + " includes " + what + ", which is no file beside it.");
      }
      return file(neighbour, includes + 1).root();
    }
  }
}

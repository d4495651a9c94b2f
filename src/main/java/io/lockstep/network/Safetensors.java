package io.lockstep.network;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Weights as a safetensors file, which PyTorch reads and writes: 8 bytes length, a JSON header of
 * names, types, shapes and offsets, then the values, little endian. Only float32 here.
 *
 * <p>Source: the format description in the README of the safetensors project, "Format".
 */
public final class Safetensors {
  private static final long MAX_HEADER = 1 << 20;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  /** The bytes of a file that holds {@code weights}, named and shaped as {@code network} says. */
  public static byte[] encode(Network network, float[] weights) {
    String entries =
        network.parameters().stream()
            .map(
                p ->
                    String.format(
                        "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                        p.name(), p.shape(), 4L * p.offset(), 4L * (p.offset() + p.size())))
            .collect(Collectors.joining(","));
    StringBuilder header = new StringBuilder("{").append(entries).append('}');
    while (header.length() % 8 != 0) {
      header.append(' '); // the values start aligned
    }
    byte[] head = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Math.addExact(8 + head.length, Math.multiplyExact(4, weights.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(head.length).put(head);
    file.asFloatBuffer().put(weights);
    return file.array();
  }

  /**
   * Reads the weights of {@code network} from {@code file}.
   *
   * @throws InvalidInputException if the file is missing, damaged, or holds other tensors
   */
  public static float[] read(Path file, Network network) {
    try {
      requireSize(file.toString(), Files.size(file), network);
      return decode(file.toString(), Files.readAllBytes(file), network);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("Weights file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Weights file " + file + " can't be read: " + WholeFiles.reason(e), e);
    }
  }

  /**
   * Refuses a file that is longer than any file with the weights of {@code network}, before it is
   * read.
   */
  public static void requireSize(String name, long bytes, Network network) {
    long most = 8 + MAX_HEADER + 4L * network.parameterCount();
    if (bytes > most) {
      throw new InvalidInputException(
          String.format(
              "%s must have at most %d bytes, for a network of %d parameters, but has %d. Is this"
                  + " the file of another network?",
              name, most, network.parameterCount(), bytes));
    }
  }

  /** Reads the weights of {@code network} from the bytes of the file called {@code name}. */
  public static float[] decode(String name, byte[] bytes, Network network) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength = bytes.length < 8 ? -1 : file.getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, bytes.length - 8)) {
      throw new InvalidInputException(
          String.format(
              "%s: a safetensors header must have 2 to %d bytes inside the file's %d, but says %d."
                  + " The file is damaged or of another format.",
              name, MAX_HEADER, bytes.length, headerLength));
    }
    int start = 8 + (int) headerLength;
    ConfigObject header =
        header(name, new String(bytes, 8, (int) headerLength, StandardCharsets.UTF_8));
    refuseOtherTensors(name, header, network);

    List<Integer> offsets = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      offsets.add(
          start + offset(name, header.get(parameter.name()), parameter, bytes.length - start));
    }
    long needed = 4L * network.parameterCount();
    if (bytes.length - start != needed) {
      throw new InvalidInputException(
          String.format(
              "%s: its tensors need %d bytes, but the file has %d for them. The file is damaged.",
              name, needed, bytes.length - start));
    }
    float[] weights = new float[network.parameterCount()];
    for (int i = 0; i < offsets.size(); i++) {
      Parameter parameter = network.parameters().get(i);
      file.slice(offsets.get(i), 4 * parameter.size())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(weights, parameter.offset(), parameter.size());
    }
    for (float weight : weights) {
      if (!Float.isFinite(weight)) {
        throw new InvalidInputException(
            name + ": a weight is " + weight + ", every one must be finite.");
      }
    }
    return weights;
  }

  private static ConfigObject header(String name, String json) {
    try {
      return ConfigFactory.parseString(
              json.strip(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
          .root();
    } catch (ConfigException e) {
      throw new InvalidInputException(
          name + ": the safetensors header is not JSON (" + e.getMessage() + ").", e);
    }
  }

  private static void refuseOtherTensors(String name, ConfigObject header, Network network) {
    Set<String> missing = new HashSet<>();
    network.parameters().forEach(parameter -> missing.add(parameter.name()));
    Set<String> extra = new HashSet<>(header.keySet());
    extra.removeAll(missing);
    extra.remove(METADATA);
    missing.removeAll(header.keySet());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new InvalidInputException(
          String.format(
              "%s: its tensors must be those of the network; missing: %s, not in the network: %s."
                  + " Is this the file of another network?",
              name, sorted(missing), sorted(extra)));
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  /** Checks type, shape and place of one tensor; returns where it starts among the values. */
  private static int offset(String name, ConfigValue entry, Parameter parameter, int available) {
    String path = name + ": " + parameter.name();
    Settings tensor = Settings.of(entry, path);
    String type = tensor.stringValue("dtype", "missing");
    List<Integer> shape = tensor.intList("shape");
    if (!type.equals("F32") || !shape.equals(parameter.shape())) {
      throw new InvalidInputException(
          String.format("%s must be F32 %s, but was %s %s.", path, parameter.shape(), type, shape));
    }
    List<Long> offsets = new ArrayList<>();
    for (ConfigValue value : tensor.list("data_offsets")) {
      offsets.add(value.unwrapped() instanceof Number number ? number.longValue() : -1L);
    }
    boolean inside =
        offsets.size() == 2
            && offsets.get(0) >= 0
            && offsets.get(0) <= offsets.get(1) // or their difference may overflow
            && offsets.get(1) <= available
            && offsets.get(1) - offsets.get(0) == 4L * parameter.size();
    if (!inside) {
      throw new InvalidInputException(
          String.format(
              "%s: data_offsets must enclose %d bytes within the %d of the file, but were %s. The"
                  + " file is damaged or cut off.",
              path, 4L * parameter.size(), available, offsets));
    }
    return Math.toIntExact(offsets.get(0));
  }

  /** SHA-256 over the parameter vector as little-endian float32: equal hashes, equal bits. */
  public static String sha256(float[] weights) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, weights.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

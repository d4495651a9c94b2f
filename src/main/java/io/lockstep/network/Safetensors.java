package io.lockstep.network;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.Sha256;
import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private static final int LENGTH_BYTES = 8;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  /** The bytes of a file that holds {@code weights}, named and shaped as {@code network} says. */
  public static byte[] encode(Network network, float[] weights) {
    byte[] head = head(Map.of(), network.parameters());
    ByteBuffer file =
        ByteBuffer.allocate(Math.addExact(head.length, Math.multiplyExact(4, weights.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(head).asFloatBuffer().put(weights);
    return file.array();
  }

  /**
   * Everything in front of the values: the length and the header, padded so that they start
   * aligned.
   *
   * @param metadata texts by name, written first and in this order; empty for none
   * @param tensors in the order of their values, without a gap
   */
  public static byte[] head(Map<String, String> metadata, List<Parameter> tensors) {
    List<String> entries = new ArrayList<>();
    if (!metadata.isEmpty()) {
      entries.add(
          metadata.entrySet().stream()
              .map(
                  e ->
                      ConfigUtil.quoteString(e.getKey())
                          + ":"
                          + ConfigUtil.quoteString(e.getValue()))
              .collect(Collectors.joining(",", "\"" + METADATA + "\":{", "}")));
    }
    for (Parameter p : tensors) {
      entries.add(
          String.format(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              p.name(), p.shape(), 4L * p.offset(), 4L * p.offset() + 4L * p.size()));
    }
    byte[] json = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    byte[] head = Arrays.copyOf(json, json.length + (-json.length & 7));
    Arrays.fill(head, json.length, head.length, (byte) ' ');
    return ByteBuffer.allocate(LENGTH_BYTES + head.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(head.length)
        .put(head)
        .array();
  }

  /**
   * Reads what {@link #head} wrote off the front of a file, and nothing more.
   *
   * @param size of the whole file in bytes
   */
  public static byte[] readHead(String name, InputStream file, long size) throws IOException {
    byte[] length = file.readNBytes(LENGTH_BYTES);
    int json = headerLength(name, length, size);
    byte[] head = Arrays.copyOf(length, LENGTH_BYTES + json);
    if (file.readNBytes(head, LENGTH_BYTES, json) < json) {
      throw new InvalidInputException(name + " is cut off within its header.");
    }
    return head;
  }

  /** The text {@code key} of the metadata in {@code head}. */
  public static String metadata(String name, byte[] head, String key) {
    String json =
        new String(head, LENGTH_BYTES, head.length - LENGTH_BYTES, StandardCharsets.UTF_8);
    ConfigObject header = header(name, json);
    return Settings.of(header, name).section(METADATA).stringValue(key);
  }

  private static int headerLength(String name, byte[] start, long size) {
    long length =
        start.length < LENGTH_BYTES
            ? -1
            : ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > Math.min(MAX_HEADER, size - LENGTH_BYTES)) {
      throw new InvalidInputException(
          String.format(
              "%s: a safetensors header must have 2 to %d bytes inside the file's %d, but says %d."
                  + " The file is damaged or of another format.",
              name, MAX_HEADER, size, length));
    }
    return (int) length;
  }

  /**
   * Reads the weights of {@code network} from {@code file}.
   *
   * @throws InvalidInputException if the file is missing, damaged, or holds other tensors
   */
  public static float[] read(Path file, Network network) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidInputException("Weights file " + file + " is not a file.");
    }
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
    int headerLength = headerLength(name, bytes, bytes.length);
    int start = LENGTH_BYTES + headerLength;
    ConfigObject header =
        header(name, new String(bytes, LENGTH_BYTES, headerLength, StandardCharsets.UTF_8));
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
      return HoconReader.json(name, json.strip()).root();
    } catch (InvalidInputException e) {
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
    MessageDigest digest = Sha256.digest();
    digest.update(bytes);
    return Sha256.hex(digest);
  }
}

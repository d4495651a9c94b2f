package io.lockstep.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.Sha256;
import io.lockstep.base.Version;
import io.lockstep.data.DataFingerprint;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Parameter;
import io.lockstep.network.Safetensors;
import io.lockstep.training.BestEpoch;
import io.lockstep.training.Position;
import io.lockstep.training.Snapshot;
import io.lockstep.training.StateTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A checkpoint as one safetensors file, which PyTorch reads too: the weights under their names,
 * each memory of the optimizer as {@code optimizer.velocity.0.weight}, those of the best epoch, if
 * the run has one to keep, as {@code best.0.weight}, and in the metadata
 *
 * <ul>
 *   <li>{@code sha256}, always first: over the whole file, with these 64 digits as zeros
 *   <li>{@code checkpoint}: a JSON description of the run and its position
 * </ul>
 *
 * <p>Written and read in pieces: no more memory than the tensors need, and none of it before the
 * checksum holds.
 */
final class CheckpointFile {
  private static final int FORMAT = 2;

  /** Of arithmetic 1, which it does not name, with another checksum of the data. */
  private static final int OLD_FORMAT = 1;

  private static final int PIECE = 1 << 16;
  private static final String SHA256 = "sha256";
  private static final String DESCRIPTION = "checkpoint";
  private static final String BEST = "best";
  private static final String HAS_WEIGHTS = "hasWeights";
  private static final byte[] BEFORE_DIGITS =
      ("{\"__metadata__\":{\"" + SHA256 + "\":\"").getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS_AT = 8 + BEFORE_DIGITS.length;
  private static final int DIGITS = 64;

  private CheckpointFile() {}

  /** Opens the file anew. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  @FunctionalInterface
  private interface Sink {
    void take(byte[] bytes, int offset, int length) throws IOException;
  }

  static void write(Checkpoint checkpoint, OutputStream out) throws IOException {
    Snapshot state = checkpoint.state();
    List<float[]> vectors = new ArrayList<>(List.of(state.weights()));
    List<String> memories = new ArrayList<>();
    for (StateTensor memory : state.optimizer()) {
      memories.add(memory.name());
      vectors.add(memory.values());
    }
    state.best().ifPresent(vectors::add);
    byte[] head =
        head(
            Network.of(checkpoint.run().network()),
            prefixes(memories, state.best().isPresent()),
            description(checkpoint, memories));
    MessageDigest digest = Sha256.digest();
    digest.update(head);
    for (float[] vector : vectors) {
      inPieces(vector, digest::update);
    }
    byte[] digits = Sha256.hex(digest).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, head, DIGITS_AT, DIGITS);
    out.write(head);
    for (float[] vector : vectors) {
      inPieces(vector, out::write);
    }
  }

  private static void inPieces(float[] values, Sink sink) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += PIECE / 4) {
      int count = Math.min(PIECE / 4, values.length - from);
      piece.asFloatBuffer().put(values, from, count);
      sink.take(piece.array(), 0, 4 * count);
    }
  }

  /** What the names of tensors begin with, beside the weights', which begin with nothing. */
  private static List<String> prefixes(List<String> memories, boolean best) {
    Stream<String> optimizer = memories.stream().map(memory -> "optimizer." + memory + ".");
    return Stream.concat(optimizer, best ? Stream.of("best.") : Stream.of()).toList();
  }

  /** The front of the file, with zeros for the checksum. */
  private static byte[] head(Network network, List<String> prefixes, String description) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(SHA256, "0".repeat(DIGITS));
    metadata.put(DESCRIPTION, description);
    List<Parameter> tensors = new ArrayList<>(network.parameters());
    for (int i = 0; i < prefixes.size(); i++) {
      int distance = Math.multiplyExact(i + 1, network.parameterCount());
      for (Parameter parameter : network.parameters()) {
        tensors.add(parameter.at(prefixes.get(i), distance));
      }
    }
    return Safetensors.head(metadata, tensors);
  }

  private static String description(Checkpoint checkpoint, List<String> memories) {
    Position at = checkpoint.state().position();
    Map<String, Object> position = new LinkedHashMap<>();
    position.put("step", at.step());
    position.put("epoch", at.epoch());
    position.put("stepOfEpoch", at.stepOfEpoch());
    position.put("lossSum", at.lossSum());
    position.put("correct", at.correct());
    position.put("examples", at.examples());
    position.put("weight", at.weight());
    position.put("epochNanos", at.epochNanos());
    position.put("trainingNanos", at.trainingNanos());
    at.best().ifPresent(best -> position.put(BEST, best(best, checkpoint.state())));
    RunIdentity run = checkpoint.run();
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("format", FORMAT);
    description.put("lockstep", Version.LOCKSTEP);
    description.put("arithmetic", run.arithmetic());
    description.put("position", position);
    description.put("optimizer", memories);
    description.put("network", run.network().toConfig());
    description.put("data", run.data().orElseThrow().toMap());
    description.put("settings", run.settings().root());
    return ConfigValueFactory.fromMap(description).render(ConfigRenderOptions.concise());
  }

  private static Map<String, Object> best(BestEpoch best, Snapshot state) {
    return Map.of(
        "epoch",
        best.epoch(),
        "accuracy",
        best.accuracy(),
        "meanLoss",
        best.meanLoss(),
        "risenIn",
        best.risenIn(),
        HAS_WEIGHTS,
        state.best().isPresent());
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @param name for messages
   * @param size in bytes
   * @throws InvalidInputException if it is damaged, or something else
   */
  static Checkpoint read(String name, long size, Opener file) throws IOException {
    byte[] head;
    try (InputStream in = file.open()) {
      head = Safetensors.readHead(name, in, size);
      requireWhole(name, head, in, size);
    }
    try (InputStream in = file.open()) {
      in.skipNBytes(head.length);
      return decoded(name, head, in, size);
    } catch (ConfigException | ArithmeticException e) {
      throw new InvalidInputException(
          name + " does not describe a checkpoint: " + e.getMessage(), e);
    }
  }

  private static void requireWhole(String name, byte[] head, InputStream values, long size)
      throws IOException {
    boolean ours =
        head.length >= DIGITS_AT + DIGITS
            && Arrays.equals(head, 8, DIGITS_AT, BEFORE_DIGITS, 0, BEFORE_DIGITS.length);
    if (!ours) {
      throw new InvalidInputException(name + " is not a checkpoint: it has no checksum.");
    }
    String stated = new String(head, DIGITS_AT, DIGITS, StandardCharsets.US_ASCII);
    MessageDigest digest = Sha256.digest();
    digest.update(zeroed(head));
    byte[] piece = new byte[PIECE];
    long seen = head.length;
    for (int n = values.read(piece); n >= 0; n = values.read(piece)) {
      digest.update(piece, 0, n);
      seen += n;
    }
    String actual = Sha256.hex(digest);
    if (seen != size || !actual.equals(stated)) {
      throw new InvalidInputException(
          String.format("%s is damaged: its SHA-256 must be %s, but is %s.", name, stated, actual));
    }
  }

  private static byte[] zeroed(byte[] head) {
    byte[] zeroed = head.clone();
    Arrays.fill(zeroed, DIGITS_AT, DIGITS_AT + DIGITS, (byte) '0');
    return zeroed;
  }

  private static Checkpoint decoded(String name, byte[] head, InputStream values, long size)
      throws IOException {
    String text = Safetensors.metadata(name, head, DESCRIPTION);
    Settings settings = Settings.of(HoconReader.json(name, text).root(), name);
    int format = settings.intValue("format");
    Checks.require(
        format == FORMAT || format == OLD_FORMAT,
        settings.name("format") + " must be " + OLD_FORMAT + " or " + FORMAT,
        format);
    settings.stringValue("lockstep");
    Settings where = settings.section("position");
    boolean best = where.section(BEST).booleanValue(HAS_WEIGHTS, false);
    Position position = position(where);
    List<String> memories = new ArrayList<>();
    for (ConfigValue memory : settings.list("optimizer")) {
      memories.add(String.valueOf(memory.unwrapped()));
    }
    RunIdentity run = identity(settings, format);
    settings.rejectUnknown();

    Network network = Network.of(run.network());
    List<String> prefixes = prefixes(memories, best);
    long needed = 4L * network.parameterCount() * (1 + prefixes.size());
    Checks.require(
        size - head.length == needed,
        name + " must have " + needed + " bytes of tensors",
        size - head.length);
    if (!Arrays.equals(zeroed(head), head(network, prefixes, text))) {
      throw new InvalidInputException(
          name + ": its tensors must be those of the network it describes, but are others.");
    }
    float[] weights = floats(network.parameterCount(), values);
    List<StateTensor> optimizer = new ArrayList<>();
    for (String memory : memories) {
      optimizer.add(new StateTensor(memory, floats(network.parameterCount(), values)));
    }
    Optional<float[]> bestWeights =
        best ? Optional.of(floats(network.parameterCount(), values)) : Optional.empty();
    return new Checkpoint(run, new Snapshot(weights, optimizer, bestWeights, position));
  }

  private static RunIdentity identity(Settings settings, int format) {
    NetworkSpec network = NetworkSpec.of(settings.section("network"));
    Config own =
        settings
            .value("settings")
            .map(value -> value.atKey("v").getConfig("v"))
            .orElseGet(ConfigFactory::empty);
    if (format == OLD_FORMAT) {
      settings.stringValue("dataSha256");
      return new RunIdentity(1, network, Optional.empty(), own);
    }
    DataFingerprint data = DataFingerprint.of(settings.section("data"));
    return new RunIdentity(settings.intValue("arithmetic"), network, Optional.of(data), own);
  }

  private static Position position(Settings settings) {
    Position position =
        new Position(
            settings.longValue("step"),
            settings.intValue("epoch"),
            settings.intValue("stepOfEpoch"),
            settings.doubleValue("lossSum"),
            settings.longValue("correct"),
            settings.longValue("examples"),
            settings.doubleValue("weight"),
            settings.longValue("epochNanos"),
            settings.longValue("trainingNanos"),
            settings.value(BEST).map(value -> best(Settings.of(value, settings.name(BEST)))));
    settings.rejectUnknown();
    return position;
  }

  private static BestEpoch best(Settings settings) {
    BestEpoch best =
        new BestEpoch(
            settings.intValue("epoch"),
            settings.doubleValue("accuracy"),
            settings.doubleValue("meanLoss"),
            settings.intValue("risenIn"));
    settings.value(HAS_WEIGHTS);
    settings.rejectUnknown();
    return best;
  }

  private static float[] floats(int count, InputStream values) throws IOException {
    float[] result = new float[count];
    byte[] piece = new byte[PIECE];
    for (int from = 0; from < count; from += PIECE / 4) {
      int now = Math.min(PIECE / 4, count - from);
      if (values.readNBytes(piece, 0, 4 * now) < 4 * now) {
        throw new IOException("it has become shorter while it was read");
      }
      ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(result, from, now);
    }
    return result;
  }
}

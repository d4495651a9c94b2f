package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Dense;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.training.BestEpoch;
import io.lockstep.training.Position;
import io.lockstep.training.Snapshot;
import io.lockstep.training.StateTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointFileTest {
  private static final int DIGITS_AT = 8 + "{\"__metadata__\":{\"sha256\":\"".length();
  private static final int DIGITS = 64;
  private static final NetworkSpec SPEC =
      new NetworkSpec(new Shape.Vector(3), List.of(new Dense(2)));

  private static final RunIdentity RUN =
      Identities.of(SPEC, ConfigFactory.parseString("a = [1, {b = c}]"));

  private byte[] whole;

  @BeforeEach
  void write() throws IOException {
    Snapshot state =
        new Snapshot(
            new float[] {1, 2, 3, 4, 5, 6, 7, 8},
            List.of(
                new StateTensor("mean", new float[] {8, 7, 6, 5, 4, 3, 2, 1}),
                new StateTensor("square", new float[8])),
            new Position(5, 2, 1, 0.1, 3, 20, 20, 7, 77));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CheckpointFile.write(new Checkpoint(RUN, state), out);
    whole = out.toByteArray();
  }

  private static Checkpoint read(byte[] file) throws IOException {
    return CheckpointFile.read("c", file.length, () -> new ByteArrayInputStream(file));
  }

  @Test
  void write_twoMemories_isASafetensorsFileWithTheStateDictsNames() {
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String json = new String(whole, 8, header, StandardCharsets.UTF_8);

    assertTrue(
        json.strip()
            .endsWith(
                "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2, 3],\"data_offsets\":[0,24]},"
                    + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]},"
                    + "\"optimizer.mean.0.weight\":{\"dtype\":\"F32\",\"shape\":[2, 3],"
                    + "\"data_offsets\":[32,56]},"
                    + "\"optimizer.mean.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
                    + "\"data_offsets\":[56,64]},"
                    + "\"optimizer.square.0.weight\":{\"dtype\":\"F32\",\"shape\":[2, 3],"
                    + "\"data_offsets\":[64,88]},"
                    + "\"optimizer.square.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
                    + "\"data_offsets\":[88,96]}}"),
        json);
    assertEquals(8 + header + 96, whole.length);
  }

  @Test
  void read_bestEpochOfARun_isWhatWasWritten() throws IOException {
    BestEpoch best = new BestEpoch(2, 0.1, 1.0 / 3, 1);
    float[] bestWeights = {8, 7, 6, 5, 4, 3, 2, 1};
    Position at = new Position(5, 3, 1, 0.1, 3, 20, 20, 7, 77, Optional.of(best));

    Snapshot judged = written(new Snapshot(new float[8], List.of(), Optional.of(bestWeights), at));
    Snapshot weightless = written(new Snapshot(new float[8], List.of(), at));

    assertEquals(at, judged.position());
    assertArrayEquals(bestWeights, judged.best().orElseThrow());
    assertEquals(at, weightless.position());
    assertEquals(Optional.empty(), weightless.best());
  }

  private static Snapshot written(Snapshot state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CheckpointFile.write(new Checkpoint(RUN, state), out);
    return read(out.toByteArray()).state();
  }

  @Test
  void read_cutOff_isRefused() {
    byte[] file = Arrays.copyOf(whole, whole.length - 1);
    String message = assertThrows(InvalidInputException.class, () -> read(file)).getMessage();

    assertTrue(message.startsWith("c is damaged: its SHA-256 must be "), message);
  }

  @Test
  void read_shorterThanItSays_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                CheckpointFile.read(
                    "c", whole.length, () -> new ByteArrayInputStream(whole, 0, 100)));

    assertEquals("c is cut off within its header.", e.getMessage());
  }

  @Test
  void read_weightsWithoutACheckpoint_areRefused() {
    byte[] weights = Safetensors.encode(Network.of(SPEC), new float[8]);

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> read(weights));

    assertEquals("c is not a checkpoint: it has no checksum.", e.getMessage());
  }

  @Test
  void read_wholeButContradictingItself_saysWhere() throws Exception {
    assertRefused("c.format must be 1 or 2, but was 9", "\\\"format\\\":2", "\\\"format\\\":9");
    assertRefused(
        "c must have 128 bytes of tensors, but was 96",
        "[\\\"mean\\\",\\\"square\\\"]",
        "[\\\"mean\\\",\\\"square\\\",3]");
    assertRefused(
        "c: its tensors must be those of the network it describes, but are others.",
        "[\\\"mean\\\",\\\"square\\\"]",
        "[\\\"meal\\\",\\\"square\\\"]");
    assertRefused("epoch must be >= 1, but was -2", "\\\"epoch\\\":2", "\\\"epoch\\\":-2");
    assertRefused(
        "c.position.step must be a whole number, but was x (c: 1)",
        "\\\"step\\\":5",
        "\\\"step\\\":\\\"x\\\"");
    assertRefused(
        "Unknown setting c.dat (c: 1); did you mean data? Known settings here: arithmetic, data,"
            + " format, lockstep, network, optimizer, position, settings.",
        "\\\"format\\\":2",
        "\\\"format\\\":2,\\\"dat\\\":1");
  }

  private void assertRefused(String message, String from, String to) throws Exception {
    byte[] signed = signed(described(Map.of(from, to)));

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> read(signed));

    assertEquals(message, e.getMessage());
  }

  /** The file with other words in its description. */
  private byte[] described(Map<String, String> changes) {
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String json = new String(whole, 8, header, StandardCharsets.UTF_8);
    for (Map.Entry<String, String> change : changes.entrySet()) {
      assertTrue(json.contains(change.getKey()), json);
      json = json.replace(change.getKey(), change.getValue());
    }
    String stripped = json.strip();
    String padded = stripped + " ".repeat(-stripped.length() & 7);
    byte[] changed = padded.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + changed.length + 96).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(changed.length).put(changed).put(whole, 8 + header, 96).array();
  }

  @Test
  void read_whatWasWritten_isTheSameRun() throws Exception {
    assertEquals(RUN, read(whole).run());
  }

  @Test
  void read_formatOfBeforeArithmeticsWereNumbered_isOfTheFirstAndOfUnknownRows() throws Exception {
    byte[] old =
        described(
            Map.of(
                "\\\"format\\\":2",
                "\\\"format\\\":1",
                "\\\"arithmetic\\\":2,",
                "",
                "\\\"data\\\":{\\\"sha256\\\":\\\"abc\\\",\\\"testSha256\\\":\\\"test\\\","
                    + "\\\"trainRows\\\":40,\\\"validationRows\\\":20}",
                "\\\"dataSha256\\\":\\\"former\\\""));

    RunIdentity run = read(signed(old)).run();

    assertEquals(new RunIdentity(1, SPEC, Optional.empty(), RUN.settings()), run);
  }

  /** With the checksum of what it now holds, where there is room for one. */
  private static byte[] signed(byte[] file) throws Exception {
    if (file.length >= DIGITS_AT + DIGITS) {
      Arrays.fill(file, DIGITS_AT, DIGITS_AT + DIGITS, (byte) '0');
      String digits = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
      System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, file, DIGITS_AT, DIGITS);
    }
    return file;
  }

  @Test
  void read_randomlyDamaged_isRefused() throws Exception {
    SplittableRandom random = new SplittableRandom(17);
    for (int trial = 0; trial < 10_000; trial++) {
      byte[] damaged = damage(random);
      if (!Arrays.equals(damaged, whole)) {
        assertRefused(trial, damaged);
      }
    }
  }

  private static void assertRefused(int trial, byte[] damaged) throws IOException {
    try {
      read(damaged);
    } catch (InvalidInputException e) {
      return;
    } catch (RuntimeException e) {
      throw new AssertionError("trial " + trial, e);
    }
    throw new AssertionError("trial " + trial + " was read");
  }

  @Test
  void read_randomlyDamagedWithAMatchingChecksum_isReadOrRefused() throws Exception {
    SplittableRandom random = new SplittableRandom(18);
    int refused = 0;
    for (int trial = 0; trial < 10_000; trial++) {
      byte[] damaged = signed(damage(random));
      try {
        assertEquals(8, read(damaged).state().weights().length);
      } catch (InvalidInputException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(
            "trial " + trial + ": " + new String(damaged, StandardCharsets.ISO_8859_1), e);
      }
    }
    assertTrue(refused > 3_000 && refused < 10_000, refused + " were refused");
  }

  /** Overwrites, cuts off, or repeats a few bytes, mostly with bytes that JSON is made of. */
  private byte[] damage(SplittableRandom random) {
    String json = "{}[],:\"0123456789-+.eEnulltrue \\/F32";
    byte[] damaged = whole.clone();
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(8)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged = Arrays.copyOf(damaged, Math.max(at, 1));
        case 2 -> damaged = Arrays.copyOf(damaged, damaged.length + random.nextInt(1, 50));
        case 3 -> {
          int length = Math.min(random.nextInt(20), damaged.length - at);
          System.arraycopy(damaged, random.nextInt(at + 1), damaged, at, length);
        }
        default -> damaged[at] = (byte) json.charAt(random.nextInt(json.length()));
      }
    }
    return damaged;
  }
}

package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final float[] WEIGHTS = {1, -2, 3.5f, 0, -0f, 1e-30f, 7, 8};
  private static final String HEADER =
      "{\"1.weight\":{\"dtype\":\"F32\",\"shape\":[2, 3],\"data_offsets\":[0,24]},"
          + "\"1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}";

  private final Network network = TestNetworks.tiny();

  @Test
  void encode_tinyNetwork_writesLengthHeaderAndValues() {
    byte[] file = Safetensors.encode(network, WEIGHTS);

    String padded = HEADER + " ".repeat(-HEADER.length() & 7);
    assertArrayEquals(file(padded, WEIGHTS), file);
  }

  @Test
  void decode_encoded_givesTheSameBits() {
    float[] decoded = Safetensors.decode("w", Safetensors.encode(network, WEIGHTS), network);

    assertArrayEquals(WEIGHTS, decoded);
  }

  @Test
  void decode_otherOrderAndMetadata_findsEachTensorByName() {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"1.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]}}";

    float[] decoded = Safetensors.decode("w", file(header, 7, 8, 1, 2, 3, 4, 5, 6), network);

    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, decoded);
  }

  @Test
  void read_missingFile_saysSo(@TempDir Path folder) {
    Path file = folder.resolve("absent.safetensors");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Safetensors.read(file, network));

    assertEquals("Weights file " + file + " does not exist.", e.getMessage());
  }

  @Test
  void read_fileOnDisk_givesItsWeights(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w.safetensors");
    Files.write(file, Safetensors.encode(network, WEIGHTS));

    assertArrayEquals(WEIGHTS, Safetensors.read(file, network));
  }

  @Test
  void decode_missingAndExtraTensors_namesBoth() {
    assertRefused(
        "w: its tensors must be those of the network; missing: [1.bias], not in the network:"
            + " [2.bias, 3.bias]. Is this the file of another network?",
        file(HEADER.replace("\"1.bias\"", "\"2.bias\":{},\"3.bias\""), WEIGHTS));
  }

  @Test
  void decode_misshapenTensor_saysBothShapes() {
    assertRefused(
        "w: 1.weight must be F32 [2, 3], but was F32 [3, 2].",
        file(HEADER.replace("[2, 3]", "[3, 2]"), WEIGHTS));
  }

  @Test
  void decode_otherType_saysBothTypes() {
    assertRefused(
        "w: 1.bias must be F32 [2], but was F64 [2].",
        file(HEADER.replace("\"F32\",\"shape\":[2],", "\"F64\",\"shape\":[2],"), WEIGHTS));
  }

  @Test
  void decode_withoutType_saysThatItIsMissing() {
    assertRefused(
        "w: 1.bias must be F32 [2], but was missing [2].",
        file(HEADER.replace("\"dtype\":\"F32\",\"shape\":[2],", "\"shape\":[2],"), WEIGHTS));
  }

  @Test
  void decode_cutOffValues_saysHowManyBytesThereAre() {
    byte[] whole = Safetensors.encode(network, WEIGHTS);

    assertRefused(
        "w: 1.bias: data_offsets must enclose 8 bytes within the 31 of the file, but were [24, 32]."
            + " The file is damaged or cut off.",
        Arrays.copyOf(whole, whole.length - 1));
  }

  @Test
  void decode_offsetsThatLie_areRefused() {
    for (String offsets :
        new String[] {
          "[-8, 0]",
          "[24, 33]",
          "[24, 31]",
          "[24]",
          "[32, 40]",
          "[9223372036854775807, -9223372036854775801]"
        }) {
      assertRefused(
          "w: 1.bias: data_offsets must enclose 8 bytes within the 32 of the file, but were "
              + offsets
              + ". The file is damaged or cut off.",
          file(HEADER.replace("[24,32]", offsets), WEIGHTS));
    }
  }

  @Test
  void decode_surplusOrSharedBytes_areRefused() {
    assertRefused(
        "w: its tensors need 32 bytes, but the file has 36 for them. The file is damaged.",
        file(HEADER, Arrays.copyOf(WEIGHTS, 9)));
    assertRefused(
        "w: its tensors need 32 bytes, but the file has 24 for them. The file is damaged.",
        file(HEADER.replace("[24,32]", "[16,24]"), Arrays.copyOf(WEIGHTS, 6)));
  }

  @Test
  void decode_headerLengthThatLies_isRefused() {
    for (long length : new long[] {-1, 0, 1, 1L << 40, Long.MIN_VALUE, 500}) {
      byte[] file = file(HEADER, WEIGHTS);
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);

      assertRefused(
          "w: a safetensors header must have 2 to 1048576 bytes inside the file's "
              + file.length
              + ", but says "
              + length
              + ". The file is damaged or of another format.",
          file);
    }
  }

  @Test
  void decode_shorterThanALength_isRefused() {
    assertRefused(
        "w: a safetensors header must have 2 to 1048576 bytes inside the file's 7, but says -1."
            + " The file is damaged or of another format.",
        new byte[7]);
  }

  @Test
  void decode_headerThatIsNotJson_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> Safetensors.decode("w", file("not JSON at all", WEIGHTS), network));

    assertTrue(e.getMessage().startsWith("w: the safetensors header is not JSON ("));
  }

  @Test
  void decode_weightThatIsNotFinite_isRefused() {
    float[] weights = WEIGHTS.clone();
    weights[3] = Float.NaN;
    assertRefused("w: a weight is NaN, every one must be finite.", file(HEADER, weights));
    weights[3] = Float.NEGATIVE_INFINITY;
    assertRefused("w: a weight is -Infinity, every one must be finite.", file(HEADER, weights));
  }

  @Test
  void decode_randomlyDamagedFile_givesWeightsOrARefusal() {
    byte[] valid = Safetensors.encode(network, WEIGHTS);
    SplittableRandom random = new SplittableRandom(99);
    int refused = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] damaged = damage(valid, random);
      try {
        assertEquals(8, Safetensors.decode("w", damaged, network).length);
      } catch (InvalidInputException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(
            "trial " + trial + ": " + new String(damaged, StandardCharsets.ISO_8859_1), e);
      }
    }
    assertTrue(refused > 5_000, "only " + refused + " damaged files were refused");
  }

  /** Overwrites, cuts off, or repeats a few bytes, mostly with bytes that JSON is made of. */
  private static byte[] damage(byte[] valid, SplittableRandom random) {
    String json = "{}[],:\"0123456789-+.eEnulltrue \\/F32";
    byte[] damaged = valid.clone();
    int changes = random.nextInt(1, 5);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(6)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged = Arrays.copyOf(damaged, Math.max(at, 1));
        case 2 -> {
          int length = Math.min(random.nextInt(20), damaged.length - at);
          System.arraycopy(damaged, random.nextInt(at + 1), damaged, at, length);
        }
        default -> damaged[at] = (byte) json.charAt(random.nextInt(json.length()));
      }
    }
    return damaged;
  }

  @Test
  void sha256_ofWeights_isOverTheirLittleEndianBytes() {
    // printf '\x00\x00\x80\x3f' | sha256sum
    assertEquals(
        "e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c",
        Safetensors.sha256(new float[] {1}));
  }

  private void assertRefused(String message, byte[] file) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Safetensors.decode("w", file, network));

    assertEquals(message, e.getMessage());
  }

  private static byte[] file(String header, float... values) {
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + head.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(head.length).put(head).asFloatBuffer().put(values);
    return file.array();
  }
}

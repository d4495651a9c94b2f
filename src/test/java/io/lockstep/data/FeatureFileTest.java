package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.lanes.Lanes;
import io.lockstep.network.Normalization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureFileTest {
  private static final int WIDTH = 3;
  private static final int ROWS = 41;
  private static final Normalization NORMALIZATION = new Normalization(0.1, 0.3);

  @TempDir private Path folder;

  private static Features some(boolean bytes, int from, int to) {
    byte[] packed = new byte[(to - from) * WIDTH];
    float[] floats = new float[packed.length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) (7 * (from * WIDTH + i));
      floats[i] = (from * WIDTH + i) / 9f;
    }
    return bytes ? new Features.Bytes(WIDTH, packed) : new Features.Floats(WIDTH, floats);
  }

  /** Written in pieces that come in another order. */
  private Features mapped(boolean bytes, int segmentBytes) {
    FeatureFile file = new FeatureFile(folder, WIDTH, bytes, segmentBytes);
    file.write(30, some(bytes, 30, ROWS));
    file.write(0, some(bytes, 0, 11));
    file.write(11, some(bytes, 11, 30));
    return file.map();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void map_piecesInAnyOrder_decodesAndDigestsAsInMemory(boolean bytes) {
    Features memory = some(bytes, 0, ROWS);
    for (int segmentBytes : new int[] {1, 40, 1 << 20}) {
      Features mapped = mapped(bytes, segmentBytes);

      assertEquals(ROWS, mapped.rows());
      assertEquals(WIDTH, mapped.width());
      assertEquals(memory.bytes(), mapped.bytes());
      for (int row = 0; row < ROWS; row++) {
        assertArrayEquals(decoded(memory, row), decoded(mapped, row));
        assertArrayEquals(digest(memory, row), digest(mapped, row));
      }
      assertArrayEquals(interleaved(memory), interleaved(mapped));
    }
  }

  private static float[] decoded(Features features, int row) {
    float[] target = new float[WIDTH + 1];
    features.decoder(NORMALIZATION).decode(row, target, 1);
    return target;
  }

  private static float[] interleaved(Features features) {
    int[] rows = {40, 3, 0, 17, 18, 39, 1, 2, 5, 8, 13, 21, 34, 30, 29, 28, 27, 26, 25};
    Lanes target = Lanes.zeros(WIDTH, 32);
    features.decoder(NORMALIZATION).interleave(rows, 1, 18, target, 2);
    return target.data();
  }

  private static byte[] digest(Features features, int row) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      features.digest(row, digest);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void map_done_leavesNoFileBehind() throws IOException {
    Features mapped = mapped(true, 1 << 20);

    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
    assertEquals(ROWS, mapped.rows());
  }

  @Test
  void close_fileThatWasNotMapped_leavesNoneBehind() throws IOException {
    FeatureFile file = new FeatureFile(folder, WIDTH, true);
    file.write(0, some(true, 0, 5));
    file.close();

    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void featureFile_folderThatIsNotThere_saysWhereAndWhatToDo() {
    Path missing = folder.resolve("missing");

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> new FeatureFile(missing, WIDTH, true));

    assertTrue(
        e.getMessage().startsWith("Rows can't be kept in a file in " + missing + ": "),
        e.getMessage());
    assertTrue(
        e.getMessage()
            .endsWith(
                "Free some room there, or set spark.local.dir to another folder, or"
                    + " distributed.rows = memory."),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mappedFeatures_sentToAnotherProcess_areTheSame(boolean bytes) throws Exception {
    Features mapped = mapped(bytes, 40);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    new ObjectOutputStream(sent).writeObject(mapped);

    Features received =
        (Features) new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray())).readObject();

    assertEquals(ROWS, received.rows());
    for (int row = 0; row < ROWS; row++) {
      assertArrayEquals(decoded(mapped, row), decoded(received, row));
      assertArrayEquals(digest(mapped, row), digest(received, row));
    }
  }
}

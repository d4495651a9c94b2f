package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.Hostile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IDX files that somebody made to do harm. */
@Tag("hostile")
class HostileIdxTest {
  private static final int TRIALS = 10_000;
  private static final int COUNT = 40;
  private static final byte[] IMAGES = IdxBytes.images(COUNT, 3, 2);
  private static final byte[] LABELS = IdxBytes.labels(new int[COUNT]);

  /** Buffers, and one piece of pixels read on trust. */
  private static final long CONSTANT = 3L << 20;

  /** What gzip can make of a byte, in an array that has doubled. */
  private static final long FACTOR = 4 * 1032;

  private static IdxFile.Source source(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_hostileImages_areReadOrRefused(boolean gzipped) {
    List<byte[]> valid = List.of(gzipped ? IdxBytes.gzip(IMAGES) : IMAGES);

    int refused =
        Hostile.refusals(
            TRIALS,
            "images.idx",
            CONSTANT,
            gzipped ? FACTOR : 4,
            valid,
            file -> IdxFile.read("images.idx", source(file), "labels.idx", source(LABELS)));

    assertTrue(refused > TRIALS / 2, "refused " + refused);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_hostileLabels_areReadOrRefused(boolean gzipped) {
    List<byte[]> valid = List.of(gzipped ? IdxBytes.gzip(LABELS) : LABELS);

    int refused =
        Hostile.refusals(
            TRIALS,
            "labels.idx",
            CONSTANT,
            gzipped ? FACTOR : 4,
            valid,
            file -> IdxFile.read("images.idx", source(IMAGES), "labels.idx", source(file)));

    assertTrue(refused > TRIALS / 2, "refused " + refused);
  }

  @Test
  void slices_ofHostileFiles_areReadOrRefused() {
    int refused =
        Hostile.refusals(
            TRIALS,
            "images.idx",
            CONSTANT,
            FACTOR,
            List.of(IMAGES, IdxBytes.gzip(IMAGES)),
            file -> {
              IdxFile.imageHeader("images.idx", source(file));
              IdxFile.images("images.idx", source(file), 3, COUNT);
            });

    assertTrue(refused > TRIALS / 3, "refused " + refused);
  }

  /** {@code megabytes} of zeros behind {@code header}, in a thousandth of their size. */
  private static byte[] bomb(byte[] header, int megabytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(header);
      for (int i = 0; i < megabytes; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void read_gzipBombBehindASmallHeader_isRefusedUnread() throws IOException {
    byte[] images = bomb(IMAGES, 256);
    byte[] labels = bomb(LABELS, 256);

    assertEquals(true, images.length < 1 << 20 && labels.length < 1 << 20);
    assertTrue(
        Hostile.isRefused(
            "images",
            "images.idx",
            images,
            CONSTANT,
            file -> IdxFile.read("images.idx", source(file), "labels.idx", source(LABELS))));
    assertTrue(
        Hostile.isRefused(
            "labels",
            "labels.idx",
            labels,
            CONSTANT,
            file -> IdxFile.read("images.idx", source(IMAGES), "labels.idx", source(file))));
  }

  @Test
  void read_gzipBombOfLabels_isRefusedBecauseTheImagesAreFewer() throws IOException {
    byte[] header = new byte[] {0, 0, 8, 1, 0x10, 0, 0, 0}; // 2^28 labels, and they come
    byte[] bomb = bomb(header, 256);

    assertTrue(
        Hostile.isRefused(
            "labels",
            "labels.idx",
            bomb,
            CONSTANT,
            file -> IdxFile.read("images.idx", source(IMAGES), "labels.idx", source(file))));
  }
}

package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdxFileTest {
  private static final int COUNT = 5;
  private final byte[] images = IdxBytes.images(COUNT, 2, 3);
  private final byte[] labels = IdxBytes.labels(0, 7, 9, 255, 3);

  @Test
  void read_plainFiles_givesPixelsAndUnsignedLabels() throws IOException {
    LabeledImages read = read(images, labels);

    assertEquals(2, read.height());
    assertEquals(3, read.width());
    assertArrayEquals(Arrays.copyOfRange(images, 16, images.length), read.pixels());
    assertArrayEquals(new int[] {0, 7, 9, 255, 3}, read.labels());
  }

  @Test
  void read_gzippedFiles_givesTheSame() throws IOException {
    LabeledImages plain = read(images, labels);
    LabeledImages gzipped = read(IdxBytes.gzip(images), IdxBytes.gzip(labels));

    assertArrayEquals(plain.pixels(), gzipped.pixels());
    assertArrayEquals(plain.labels(), gzipped.labels());
  }

  @Test
  void imageHeader_image_isItsSizes() throws IOException {
    assertEquals(new IdxFile.Header(5, 2, 3), IdxFile.imageHeader("i", source(images)));
  }

  @Test
  void slices_ofImagesAndLabels_equalTheWhole() throws IOException {
    LabeledImages whole = read(images, labels);
    byte[] gzipped = IdxBytes.gzip(images);
    for (int from = 0; from <= COUNT; from++) {
      for (int to = from; to <= COUNT; to++) {
        byte[] expected = Arrays.copyOfRange(whole.pixels(), from * 6, to * 6);
        assertArrayEquals(expected, IdxFile.images("i", source(images), from, to));
        assertArrayEquals(expected, IdxFile.images("i", source(gzipped), from, to));
        assertArrayEquals(
            Arrays.copyOfRange(whole.labels(), from, to),
            IdxFile.labels("l", source(labels), from, to));
      }
    }
  }

  @Test
  void read_moreThanAChunk_givesEveryPixel() throws IOException {
    byte[] large = IdxBytes.images(5, 800, 700);

    byte[] read = IdxFile.images("i", source(large), 0, 5);

    assertArrayEquals(Arrays.copyOfRange(large, 16, large.length), read);
  }

  @Test
  void read_swappedFiles_advisesToSwap() {
    assertRefused(
        "i: magic number is 0x00000801 (labels), expected 0x00000803 (images). Swap the image and"
            + " label paths.",
        labels,
        images);
    assertRefused(
        "l: magic number is 0x00000803 (images), expected 0x00000801 (labels). Swap the image and"
            + " label paths.",
        images,
        images);
  }

  @Test
  void read_otherMagic_saysWhatItIsNot() {
    images[2] = 0x0d; // floats

    assertRefused(
        "i: magic number is 0x00000d03, expected 0x00000803 (images). This is not an IDX file of"
            + " unsigned bytes.",
        images,
        labels);
  }

  @Test
  void read_dimensionsThatCanNotBe_areRefused() {
    int[][] dimensions = {
      {0, 2, 3}, {5, 0, 3}, {5, 2, 0}, {-5, 2, 3}, {5, 5000, 5000}, {1 << 20, 64, 64}
    };
    for (int[] sizes : dimensions) {
      assertRefused(
          String.format(
              "i: dimensions are %d x %d x %d, each must be at least 1 and all together at most"
                  + " 2^31 - 9 values. The header is damaged or the set must be split.",
              sizes[0], sizes[1], sizes[2]),
          IdxBytes.imageHeader(sizes[0], sizes[1], sizes[2]),
          labels);
    }
  }

  @Test
  void read_headerOnlyOfAHugeSet_saysTruncatedWithoutAllocatingIt() {
    assertRefused(
        "i: ends after 0 of the 2147479552 bytes that its header promises. Download it again.",
        IdxBytes.imageHeader(524287, 64, 64),
        labels);
  }

  @Test
  void read_truncatedHeader_saysSo() {
    for (int length : new int[] {0, 1, 3, 4, 15}) {
      assertRefused(
          "i: the file ends early, inside its header or its gzip data. Download it again.",
          Arrays.copyOf(images, length),
          labels);
    }
  }

  @Test
  void read_truncatedBody_saysWhere() {
    assertRefused(
        "i: ends after 29 of the 30 bytes that its header promises. Download it again.",
        Arrays.copyOf(images, images.length - 1),
        labels);
    assertRefused(
        "l: ends after 0 of the 5 bytes that its header promises. Download it again.",
        images,
        Arrays.copyOf(labels, 8));
  }

  @Test
  void read_surplusBytes_areRefused() {
    assertRefused(
        "i: more than the 30 bytes that its header promises. The file is damaged.",
        Arrays.copyOf(images, images.length + 1),
        labels);
    assertRefused(
        "l: more than the 5 bytes that its header promises. The file is damaged.",
        images,
        IdxBytes.gzip(Arrays.copyOf(labels, labels.length + 1)));
  }

  @Test
  void read_otherNumberOfLabels_saysBoth() {
    assertRefused(
        "i has 5 images but l has 3 labels. Use two files of the same set.",
        images,
        IdxBytes.labels(1, 2, 3));
  }

  @Test
  void read_gzipCutOffAnywhere_isAMalformedFile() {
    byte[] gzipped = IdxBytes.gzip(images);
    for (int length = 2; length < gzipped.length; length++) {
      byte[] cut = Arrays.copyOf(gzipped, length);
      MalformedFileException e =
          assertThrows(MalformedFileException.class, () -> read(cut, labels));
      assertTrue(e.getMessage().startsWith("i: "), e.getMessage());
      assertTrue(e.getMessage().endsWith("Download it again."), e.getMessage());
    }
  }

  @Test
  void read_gzipWithAWrongChecksum_isDamaged() {
    byte[] gzipped = IdxBytes.gzip(images);
    gzipped[gzipped.length - 6] ^= 1;

    assertRefused(
        "i: damaged gzip data (Corrupt GZIP trailer). Download it again.", gzipped, labels);
  }

  @Test
  void read_randomlyDamagedGzip_isReadOrRefusedAsMalformed() {
    byte[] gzipped = IdxBytes.gzip(images);
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int trial = 0; trial < 3000; trial++) {
      byte[] damaged = gzipped.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertEquals(COUNT, read(damaged, labels).rows());
      } catch (MalformedFileException e) {
        refused++;
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("trial " + trial, e);
      }
    }
    assertTrue(refused > 1500, "only " + refused + " were refused");
  }

  @Test
  void slice_beyondTheEnd_saysTruncated() {
    byte[] cut = Arrays.copyOf(images, images.length - 12);

    MalformedFileException read =
        assertThrows(MalformedFileException.class, () -> IdxFile.images("i", source(cut), 2, 5));
    MalformedFileException skip =
        assertThrows(MalformedFileException.class, () -> IdxFile.images("i", source(cut), 4, 5));

    assertEquals(
        "i: ends after 18 of the 30 bytes that its header promises. Download it again.",
        read.getMessage());
    assertEquals(
        "i: ends after 24 of the 30 bytes that its header promises. Download it again.",
        skip.getMessage());
  }

  @Test
  void slice_upToTheEnd_refusesSurplusBytes() throws IOException {
    byte[] longer = Arrays.copyOf(images, images.length + 1);

    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> IdxFile.images("i", source(longer), 4, 5));

    assertEquals(
        "i: more than the 30 bytes that its header promises. The file is damaged.", e.getMessage());
    assertEquals(6, IdxFile.images("i", source(longer), 3, 4).length, "it looks no further");
  }

  private static void assertRefused(String message, byte[] images, byte[] labels) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> read(images, labels));

    assertEquals(message, e.getMessage());
  }

  private static LabeledImages read(byte[] images, byte[] labels) throws IOException {
    return IdxFile.read("i", source(images), "l", source(labels));
  }

  private static IdxFile.Source source(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }
}

package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.lanes.Lanes;
import io.lockstep.network.Normalization;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final Normalization HALF = new Normalization(0.5, 0.25);
  private final Features bytes = new Features.Bytes(2, new byte[] {0, (byte) 255, 51, (byte) 204});
  private final Features floats = new Features.Floats(2, new float[] {0.5f, 1, -1, 0.75f});

  @Test
  void decode_bytes_areUnsignedOver255AndNormalised() {
    float[] target = new float[5];

    bytes.decoder(HALF).decode(0, target, 1);
    assertArrayEquals(new float[] {0, -2, 2, 0, 0}, target);

    bytes.decoder(Normalization.NONE).decode(1, target, 3);
    assertArrayEquals(new float[] {0, -2, 2, 0.2f, 0.8f}, target);
  }

  @Test
  void decode_floats_areNormalisedAsTheyAre() {
    float[] target = new float[3];

    floats.decoder(HALF).decode(1, target, 1);

    assertArrayEquals(new float[] {0, -6, 1}, target);
  }

  @Test
  void decode_everyByte_equalsTheFloatOfItsValue() {
    Normalization normalization = new Normalization(0.1307, 0.3081);
    byte[] all = new byte[256];
    float[] values = new float[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
      values[i] = i / 255f;
    }
    float[] ofBytes = new float[256];
    float[] ofFloats = new float[256];

    new Features.Bytes(256, all).decoder(normalization).decode(0, ofBytes, 0);
    new Features.Floats(256, values).decoder(normalization).decode(0, ofFloats, 0);

    assertArrayEquals(ofFloats, ofBytes);
  }

  @Test
  void interleave_anyRows_putsEachInALaneOfItsOwn() {
    int size = 70;
    byte[] all = new byte[size * 40];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 31);
    }
    float[] values = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      values[i] = (all[i] & 0xff) / 255f;
    }
    int[] rows = new int[39];
    for (int l = 0; l < rows.length; l++) {
      rows[l] = l * 7 % 40;
    }
    for (Features features :
        List.of(new Features.Bytes(size, all), new Features.Floats(size, values))) {
      Lanes target = Lanes.zeros(size, 48);
      float[] row = new float[size];
      Features.Decoder decoder = features.decoder(HALF);
      decoder.interleave(rows, 2, 36, target, 5);

      for (int l = 0; l < 48; l++) {
        boolean written = l >= 5 && l < 41;
        if (written) {
          decoder.decode(rows[2 + l - 5], row, 0);
        }
        for (int i = 0; i < size; i++) {
          assertEquals(written ? row[i] : 0, target.get(i, l), "value " + i + " of lane " + l);
        }
      }
    }
  }

  @Test
  void concat_parts_keepsTheirOrder() {
    Features joined =
        bytes.concat(List.of(bytes, Features.none(2), new Features.Bytes(2, new byte[] {7, 8})));

    assertEquals(3, joined.rows());
    assertArrayEquals(
        new byte[] {0, (byte) 255, 51, (byte) 204, 7, 8}, ((Features.Bytes) joined).values());

    Features joinedFloats = floats.concat(List.of(floats, floats));
    assertEquals(4, joinedFloats.rows());
    assertArrayEquals(
        new float[] {0.5f, 1, -1, 0.75f, 0.5f, 1, -1, 0.75f},
        ((Features.Floats) joinedFloats).values());
  }

  @Test
  void pick_rows_takesThemInTheOrderGiven() {
    LabeledImages images =
        new LabeledImages(1, 2, new byte[] {0, 1, 10, 11, 20, 21}, new int[] {0, 1, 2});

    Features picked = Features.pick(images, new int[] {2, 0, 2});

    assertArrayEquals(new byte[] {20, 21, 0, 1, 20, 21}, ((Features.Bytes) picked).values());
  }

  @Test
  void labeledImages_otherNumberOfPixels_isRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new LabeledImages(2, 2, new byte[7], new int[2]));

    assertEquals("2 labels of 2 x 2 images need 8 pixels, but there are 7", e.getMessage());
  }

  @Test
  void shard_otherNumberOfLabels_isRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Shard(0, bytes, new int[3]));

    assertEquals("2 rows of features but 3 labels and 0 weights", e.getMessage());
  }
}

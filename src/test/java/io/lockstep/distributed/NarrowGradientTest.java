package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.training.GradientFormat;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NarrowGradientTest {
  private static final int VALUES = 10_000;
  private static final int STATISTICS = 20;

  /** Values that bf16 has, but for the last ones. */
  private static float[] gradient() {
    float[] gradient = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      gradient[i] = Float.intBitsToFloat((i * 0x9E37) << 16);
    }
    Arrays.fill(gradient, VALUES - STATISTICS, VALUES, 0.1f);
    return gradient;
  }

  private static ByteBuffer message(GradientFormat format, Slice slice) {
    GradientSum sum = new GradientSum(gradient(), format, 2.25, 3, 4, 4.5);
    WireFormat.Request request =
        new WireFormat.Request(1, 2, 0, "", List.of(new RangeSum(0, 1, sum)));
    return WireFormat.encode(new byte[WireFormat.TOKEN_BYTES], request, slice, new MessageMemory());
  }

  private static GradientSum decoded(ByteBuffer message) {
    message.position(WireFormat.TOKEN_BYTES);
    return (GradientSum) WireFormat.decodeRequest(message, new MessageMemory()).sums().get(0).sum();
  }

  @ParameterizedTest
  @CsvSource({"0, 10000", "0, 5000", "7, 9990", "9979, 10000", "9980, 10000", "0, 0"})
  void message_ofAnySlice_bringsEveryBit(int from, int to) {
    GradientSum sum = decoded(message(GradientFormat.BF16, new Slice(from, to)));

    assertArrayEquals(bits(Arrays.copyOfRange(gradient(), from, to)), bits(sum.gradient()));
    assertEquals(2.25, sum.lossSum());
    assertEquals(4.5, sum.weight());
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void message_ofBf16_hasHalfTheBytes() {
    int head = message(GradientFormat.FLOAT32, Slice.NONE).remaining();

    assertEquals(head + 4 * VALUES, message(GradientFormat.FLOAT32, Slice.WHOLE).remaining());
    assertEquals(
        head + 4 + 2 * VALUES + 6 * STATISTICS,
        message(GradientFormat.BF16, Slice.WHOLE).remaining());
  }

  /** So no message is longer than a receiver expects. */
  @Test
  void message_ofStatisticsAlone_isNoLongerThanOfFloat32() {
    Slice statistics = new Slice(VALUES - STATISTICS, VALUES);

    assertEquals(
        message(GradientFormat.FLOAT32, statistics).remaining(),
        message(GradientFormat.BF16, statistics).remaining());
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "3, 1", "0, 2", "0, -1"})
  void get_damagedWiderValues_isRefused(int index, int wider) {
    ByteBuffer buffer = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(3).putShort((short) 1).putShort((short) 2).putShort((short) 3);
    buffer.putInt(wider).putInt(index).putShort((short) 5).flip();

    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> NarrowGradient.get(buffer, new MessageMemory(), 0))
            .getMessage();

    assertTrue(message.startsWith("damaged message: "), message);
  }
}

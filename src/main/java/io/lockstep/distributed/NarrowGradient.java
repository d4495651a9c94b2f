package io.lockstep.distributed;

import java.nio.ByteBuffer;

/**
 * A gradient most of whose values are bf16, in a message: the upper half of each value, then the
 * lower half of those that have one, which are of running statistics. Every bit arrives.
 *
 * <pre>
 * values int | short... | wider int | { index int | short }
 * </pre>
 */
final class NarrowGradient {
  private static final int WIDER_BYTES = Integer.BYTES + Short.BYTES;
  private static final int LOWER_HALF = 0xFFFF;

  private NarrowGradient() {}

  /** Bytes of {@code slice} of {@code values}, without the two counts. */
  static long bytes(float[] values, Slice slice) {
    return (long) Short.BYTES * slice.length(values.length)
        + (long) WIDER_BYTES * wider(values, slice);
  }

  private static int wider(float[] values, Slice slice) {
    int wider = 0;
    for (int i = slice.from(); i < slice.from() + slice.length(values.length); i++) {
      if ((Float.floatToRawIntBits(values[i]) & LOWER_HALF) != 0) {
        wider++;
      }
    }
    return wider;
  }

  static void put(ByteBuffer buffer, float[] values, Slice slice) {
    int count = slice.length(values.length);
    buffer.putInt(count);
    for (int i = 0; i < count; i++) {
      buffer.putShort((short) (Float.floatToRawIntBits(values[slice.from() + i]) >>> Short.SIZE));
    }
    int widerAt = buffer.position();
    buffer.putInt(0); // until they are counted
    int wider = 0;
    for (int i = 0; i < count; i++) {
      int lower = Float.floatToRawIntBits(values[slice.from() + i]) & LOWER_HALF;
      if (lower != 0) {
        buffer.putInt(i).putShort((short) lower);
        wider++;
      }
    }
    buffer.putInt(widerAt, wider);
  }

  /**
   * Reads what {@link #put} wrote, into vector {@code index} of {@code memory}.
   *
   * @throws java.nio.BufferUnderflowException or {@link IllegalArgumentException} if it is damaged
   */
  static float[] get(ByteBuffer buffer, MessageMemory memory, int index) {
    float[] values = memory.vector(index, WireFormat.checkedCount(buffer, Short.BYTES));
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(buffer.getShort() << Short.SIZE);
    }
    for (int left = WireFormat.checkedCount(buffer, WIDER_BYTES); left > 0; left--) {
      int at = buffer.getInt();
      int lower = buffer.getShort() & LOWER_HALF;
      if (at < 0 || at >= values.length) {
        throw new IllegalArgumentException("damaged message: value " + at);
      }
      values[at] = Float.intBitsToFloat(Float.floatToRawIntBits(values[at]) | lower);
    }
    return values;
  }
}

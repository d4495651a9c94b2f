package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What messages are written to and read into, kept from one message to the next: a vector allocated
 * anew costs a collector more than the network takes to carry it. Each use overwrites the one
 * before. Owned by one end of a line.
 */
final class MessageMemory {
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private final List<float[]> vectors = new ArrayList<>();

  /** An empty little-endian buffer for a message of {@code size} bytes. */
  ByteBuffer bytes(int size) {
    if (bytes.capacity() < size) {
      bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
    return bytes.clear().limit(size);
  }

  /** Room for the {@code index}-th vector of a message; {@code index} counts up from 0. */
  float[] vector(int index, int length) {
    if (index == vectors.size()) {
      vectors.add(new float[length]);
    } else if (vectors.get(index).length != length) {
      vectors.set(index, new float[length]);
    }
    return vectors.get(index);
  }
}

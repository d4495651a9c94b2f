package io.lockstep.distributed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads workers' messages, as far as they are some.
 *
 * @param token that each must begin with
 * @param workers that there are
 */
record RequestReader(byte[] token, int workers) {
  private static final Logger LOG = LoggerFactory.getLogger(RequestReader.class);

  /** Whether {@code message} begins with the token, which is taken off. */
  boolean hasToken(ByteBuffer message) {
    return message.remaining() >= WireFormat.TOKEN_BYTES
        && MessageDigest.isEqual(token, WireFormat.token(message));
  }

  /**
   * Hands {@code desk} a message that wants no answer.
   *
   * @return whether it was one, and expected
   */
  boolean tell(Desk desk, ByteBuffer message, MemoryPair memory) {
    return hasToken(message) && read(message, memory.next()).filter(desk::hear).isPresent();
  }

  /** The request behind the token, unless it is damaged; gradients are in {@code memory}. */
  Optional<WireFormat.Request> read(ByteBuffer message, MessageMemory memory) {
    try {
      WireFormat.Request request = WireFormat.decodeRequest(message, memory);
      boolean known = request.worker() >= 0 && request.worker() < workers;
      return known ? Optional.of(request) : Optional.empty();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      LOG.debug("Damaged message", e);
      return Optional.empty();
    }
  }
}

package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.util.function.Consumer;

/** What a {@link TransportEndpoint} hands its messages to. */
interface Desk {
  /** Workers that may send messages. */
  int workers();

  /** Bytes of the longest message that one of them may have to send, see {@link WireFormat}. */
  long longestMessage();

  /**
   * Takes a message.
   *
   * @param reply gets the answer, perhaps much later, by any thread
   */
  void take(WireFormat.Request request, Consumer<Work> reply);
}

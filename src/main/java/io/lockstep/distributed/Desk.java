package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.util.function.Consumer;
import org.apache.spark.network.client.TransportClient;

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

  /** Worker {@code worker} has joined over {@code connection}, by which it can be told things. */
  default void joined(int worker, TransportClient connection) {}

  /**
   * Takes a message that wants no answer; its gradients stay whole until its connection brings the
   * next but one.
   *
   * @return whether such a message may come
   */
  default boolean hear(WireFormat.Request told) {
    return false;
  }

  /** {@code connection} has ended. */
  default void left(TransportClient connection) {}
}

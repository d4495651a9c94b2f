package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;

/**
 * A worker's connection to an endpoint: one request at a time, and its answer, which is valid until
 * the next request.
 */
final class TransportLine implements AutoCloseable {
  private final int worker;
  private final Place place;
  private final long limitNanos;
  private final TransportClient client;
  private final MessageMemory memory = new MessageMemory();

  /**
   * Where a {@link TransportEndpoint} is.
   *
   * @param who listens there, for a message
   * @param token that it asks for
   */
  record Place(String who, String host, int port, byte[] token) implements Serializable {}

  /**
   * Connects worker {@code worker}.
   *
   * @param limitNanos the longest wait for an answer
   */
  TransportLine(TransportClientFactory clients, int worker, Place place, long limitNanos)
      throws IOException, InterruptedException {
    this.worker = worker;
    this.place = place;
    this.limitNanos = limitNanos;
    this.client = clients.createClient(place.host, place.port);
    SparkInternals.wholeFrames(client);
  }

  /**
   * Sends {@code request}, with {@code slice} of its gradients.
   *
   * @return the answer, or a {@link RunFailedException} that says who is lost
   */
  CompletableFuture<Work> send(WireFormat.Request request, Slice slice) {
    CompletableFuture<Work> answer = new CompletableFuture<>();
    send(request, slice, answer);
    return answer;
  }

  /** The same into {@code answer}, which the network's thread completes. */
  void send(WireFormat.Request request, Slice slice, CompletableFuture<Work> answer) {
    client.sendRpc(WireFormat.encode(place.token, request, slice, memory), new Answer(answer));
  }

  /** What it sends over, and is told things by. */
  TransportClient connection() {
    return client;
  }

  /** The longest wait for an answer. */
  long limitNanos() {
    return limitNanos;
  }

  /**
   * Waits for the answer to what was sent.
   *
   * @throws RunFailedException if there is none in time, or a refusal
   */
  Work await(CompletableFuture<Work> answer) throws InterruptedException {
    try {
      return answer.get(limitNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw gaveUp(e);
    } catch (ExecutionException e) {
      throw (RunFailedException) e.getCause();
    }
  }

  /** What a worker says that has waited for longer than the limit. */
  RunFailedException gaveUp(TimeoutException cause) {
    return new RunFailedException(
        String.format(
            "Worker %d waited %d s for %s at %s:%d and gave up.",
            worker, TimeUnit.NANOSECONDS.toSeconds(limitNanos), place.who, place.host, place.port),
        cause);
  }

  /** Reads the answer on the network's thread, while its buffer lives. */
  private final class Answer implements RpcResponseCallback {
    private final CompletableFuture<Work> answer;

    private Answer(CompletableFuture<Work> answer) {
      this.answer = answer;
    }

    @Override
    public void onSuccess(ByteBuffer response) {
      try {
        answer.complete(WireFormat.decodeWork(response, memory));
      } catch (RuntimeException e) {
        onFailure(e);
      }
    }

    @Override
    public void onFailure(Throwable reason) {
      answer.completeExceptionally(
          new RunFailedException(
              String.format(
                  "Worker %d lost %s at %s:%d: %s",
                  worker, place.who, place.host, place.port, reason.getMessage()),
              reason));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}

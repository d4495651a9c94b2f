package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.NoOpRpcHandler;

/** The executor's side of the wire. */
final class TransportExchange implements Exchange {
  private final Place place;
  private final int worker;
  private final TransportContext context;
  private final TransportClientFactory clients;
  private final TransportClient client;
  private final MessageMemory memory = new MessageMemory();

  private TransportExchange(Place place, int worker) throws IOException, InterruptedException {
    this.place = place;
    this.worker = worker;
    this.context = SparkInternals.transport(new NoOpRpcHandler());
    this.clients = context.createClientFactory(SparkInternals.clientBootstraps());
    try {
      this.client = clients.createClient(place.host, place.port);
      SparkInternals.wholeFrames(client);
    } catch (IOException | InterruptedException | RuntimeException e) {
      clients.close();
      context.close();
      throw e;
    }
  }

  /**
   * The driver's address.
   *
   * @param host of the driver
   * @param port of its {@link TransportEndpoint}
   * @param token of the run
   * @param limitNanos the longest wait for an answer
   */
  record Place(String host, int port, byte[] token, long limitNanos) implements CoordinatorAddress {
    @Override
    public Exchange connect(int worker) throws IOException, InterruptedException {
      return new TransportExchange(this, worker);
    }
  }

  @Override
  public Work join(String where) throws InterruptedException {
    return send(new WireFormat.Request(worker, WireFormat.JOIN, 0, where, List.of()));
  }

  @Override
  public Work report(long round, List<RangeSum> sums, long kernelNanos)
      throws InterruptedException {
    return send(new WireFormat.Request(worker, round, kernelNanos, "", sums));
  }

  @Override
  public void broke(String what) throws InterruptedException {
    send(new WireFormat.Request(worker, WireFormat.BROKE, 0, what, List.of()));
  }

  private Work send(WireFormat.Request request) throws InterruptedException {
    CompletableFuture<Work> answer = new CompletableFuture<>();
    client.sendRpc(WireFormat.encode(place.token, request, memory), new Answer(answer, memory));
    try {
      return answer.get(place.limitNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RunFailedException(
          String.format(
              "Worker %d waited %d s for the driver at %s:%d and gave up.",
              worker, TimeUnit.NANOSECONDS.toSeconds(place.limitNanos), place.host, place.port),
          e);
    } catch (ExecutionException e) {
      throw new RunFailedException(
          String.format(
              "Worker %d lost the driver at %s:%d: %s",
              worker, place.host, place.port, e.getCause().getMessage()),
          e.getCause());
    }
  }

  /** Reads the answer on the network's thread, while its buffer lives. */
  private record Answer(CompletableFuture<Work> answer, MessageMemory memory)
      implements RpcResponseCallback {
    @Override
    public void onSuccess(ByteBuffer response) {
      try {
        answer.complete(WireFormat.decodeWork(response, memory));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Throwable reason) {
      answer.completeExceptionally(reason);
    }
  }

  @Override
  public void close() {
    client.close();
    clients.close();
    context.close();
  }
}

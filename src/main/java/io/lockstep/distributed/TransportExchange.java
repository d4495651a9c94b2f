package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.NoOpRpcHandler;

/** The executor's side of the wire. */
final class TransportExchange implements Dialogue {
  private final int worker;
  private final TransportContext context;
  private final TransportClientFactory clients;
  private final TransportLine line;

  private TransportExchange(Place place, int worker) throws IOException, InterruptedException {
    this.worker = worker;
    this.context = SparkInternals.transport(new NoOpRpcHandler());
    this.clients = context.createClientFactory(SparkInternals.clientBootstraps());
    try {
      this.line = new TransportLine(clients, worker, place.line(), place.limitNanos);
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
    /** Where a line to the driver leads. */
    TransportLine.Place line() {
      return new TransportLine.Place("the driver", host, port, token);
    }

    @Override
    public TransportExchange connect(int worker) throws IOException, InterruptedException {
      return new TransportExchange(this, worker);
    }
  }

  /** A connection of the same worker to another place; it ends with this. */
  TransportLine connect(TransportLine.Place place, long limitNanos)
      throws IOException, InterruptedException {
    return new TransportLine(clients, worker, place, limitNanos);
  }

  @Override
  public Work join(String where) throws InterruptedException {
    return send(WireFormat.JOIN, where, List.of());
  }

  @Override
  public Work report(long round, List<RangeSum> sums, long kernelNanos)
      throws InterruptedException {
    return line.await(
        line.send(new WireFormat.Request(worker, round, kernelNanos, "", sums), Slice.WHOLE));
  }

  @Override
  public void broke(String what) throws InterruptedException {
    send(WireFormat.BROKE, what, List.of());
  }

  @Override
  public long serve(String where, Function<Work, List<RangeSum>> kernel)
      throws InterruptedException {
    return new AnsweredRounds(line, worker, kernel).run(where);
  }

  /**
   * Hands in what {@code sums} counted, without their gradients; {@link #await} has the answer.
   *
   * @param squares of all gradients, where they are clipped; else 0
   */
  CompletableFuture<Work> count(long round, List<RangeSum> sums, double squares, long kernelNanos) {
    return line.send(
        new WireFormat.Request(worker, round, kernelNanos, "", sums, List.of(), squares),
        Slice.NONE);
  }

  /** Waits for the answer to {@link #count}. */
  Work await(CompletableFuture<Work> answer) throws InterruptedException {
    return line.await(answer);
  }

  /** Says that this worker waits for {@code others}, who may be lost; the answer is of no use. */
  void waits(Set<Integer> others) throws InterruptedException {
    String numbers = others.stream().map(String::valueOf).collect(Collectors.joining(" "));
    send(WireFormat.WAITS, numbers, List.of());
  }

  /** Hands in the state that this worker holds, and waits for the next work. */
  Work state(long round, List<float[]> vectors) throws InterruptedException {
    return send(round, "", vectors);
  }

  private Work send(long round, String text, List<float[]> vectors) throws InterruptedException {
    return line.await(
        line.send(
            new WireFormat.Request(worker, round, 0, text, List.of(), vectors, 0), Slice.WHOLE));
  }

  @Override
  public void close() {
    line.close();
    clients.close();
    context.close();
  }
}

package io.lockstep.distributed;

import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/**
 * The worker's side of {@link Topology#PEERS}: its connections. There is one between any two
 * workers, made by the one with the smaller number, over which both tell each other their sums.
 */
final class PeerExchange implements Exchange {
  private final PeerRounds rounds;
  private final Neighbours neighbours;
  private final TransportContext context;
  private final TransportClientFactory clients;
  private final TransportLine driver;

  PeerExchange(HeldPlace place, int worker) throws IOException, InterruptedException {
    byte[] token = place.driver().token();
    long limitNanos = place.driver().limitNanos();
    this.rounds =
        new PeerRounds(place.plan(), place.start().value(), worker, place.workers(), token);
    this.context = SparkInternals.transport(new Ear(new RequestReader(token, place.workers())));
    this.clients = context.createClientFactory(SparkInternals.clientBootstraps());
    boolean connected = false;
    try {
      this.neighbours = new Neighbours(worker, rounds, token);
      try {
        this.driver = new TransportLine(clients, worker, place.driver().line(), limitNanos);
        for (int other = worker + 1; other < place.workers(); other++) {
          TransportLine line =
              neighbours.line(other, at -> new TransportLine(clients, worker, at, limitNanos));
          rounds.joined(other, line.connection());
        }
        rounds.awaitPeers(limitNanos);
        connected = true;
      } finally {
        if (!connected) {
          neighbours.close();
        }
      }
    } finally { // Spark throws checked exceptions undeclared
      if (!connected) {
        closeClients();
      }
    }
  }

  /** Hears what comes over the connections that this worker has made. */
  private final class Ear extends RpcHandler {
    private final RequestReader reader;
    private final Map<TransportClient, MemoryPair> told = new ConcurrentHashMap<>();

    Ear(RequestReader reader) {
      this.reader = reader;
    }

    @Override
    public void receive(TransportClient peer, ByteBuffer message) {
      if (!reader.tell(rounds, message, told.computeIfAbsent(peer, p -> new MemoryPair()))) {
        peer.close(); // which ends the stage
      }
    }

    @Override
    public void receive(TransportClient peer, ByteBuffer message, RpcResponseCallback callback) {
      callback.onFailure(new SecurityException("this side of a connection asks"));
    }

    @Override
    public void channelInactive(TransportClient peer) {
      rounds.left(peer);
    }

    @Override
    public StreamManager getStreamManager() {
      return new OneForOneStreamManager(); // without any stream
    }
  }

  @Override
  public long serve(String where, Function<Work, List<RangeSum>> kernel)
      throws InterruptedException {
    return rounds.run(where, driver, kernel);
  }

  @Override
  public void close() {
    closeClients();
    neighbours.close();
  }

  private void closeClients() {
    clients.close();
    context.close();
  }
}

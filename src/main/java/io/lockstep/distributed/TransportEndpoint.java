package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of the wire. Keeps each request's callback until the last worker has reported;
 * a message without the run's token is refused and counted, and its connection closed.
 */
final class TransportEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransportEndpoint.class);

  private final Coordinator coordinator;
  private final byte[] token;
  private final TransportContext context;
  private final TransportServer server;
  private final AtomicLong refused = new AtomicLong();
  private Work encodedWork;
  private ByteBuffer encodedReply;

  TransportEndpoint(SparkConf conf, Coordinator coordinator, byte[] token) {
    this.coordinator = coordinator;
    this.token = token.clone();
    this.context = SparkInternals.transport(new Handler());
    String address = conf.get("spark.driver.bindAddress", conf.get("spark.driver.host"));
    try {
      this.server = context.createServer(address, 0, SparkInternals.serverBootstraps());
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  int port() {
    return server.getPort();
  }

  /** Messages that came without the token or damaged. */
  long refused() {
    return refused.get();
  }

  private final class Handler extends RpcHandler {
    private final StreamManager noStreams = new OneForOneStreamManager();

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      WireFormat.Request request = authentic(message);
      if (request == null) {
        LOG.warn(
            "Refused message {} from {}", refused.incrementAndGet(), client.getSocketAddress());
        callback.onFailure(new SecurityException("not a message of this run"));
        client.close();
        return;
      }
      Consumer<Work> reply = work -> callback.onSuccess(encoded(work));
      if (request.round() == WireFormat.JOIN) {
        coordinator.join(request.worker(), request.text(), reply);
      } else if (request.round() == WireFormat.BROKE) {
        coordinator.broke(request.worker(), request.text(), reply);
      } else {
        coordinator.report(
            request.worker(), request.round(), request.sums(), request.kernelNanos(), reply);
      }
    }

    @Override
    public StreamManager getStreamManager() {
      return noStreams;
    }
  }

  /** The request, or null for a stranger's or a damaged one. */
  private WireFormat.Request authentic(ByteBuffer message) {
    if (message.remaining() < WireFormat.TOKEN_BYTES
        || !MessageDigest.isEqual(token, WireFormat.token(message))) {
      return null;
    }
    try {
      WireFormat.Request request = WireFormat.decodeRequest(message);
      boolean known = request.worker() >= 0 && request.worker() < coordinator.workers();
      return known ? request : null;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      LOG.warn("Damaged message", e);
      return null;
    }
  }

  /** Every worker gets the same bytes: encodes each work once. Guarded by the coordinator. */
  @SuppressWarnings("ReferenceEquality") // the same object, not an equal one
  private ByteBuffer encoded(Work work) {
    if (work != encodedWork) {
      encodedWork = work;
      encodedReply = WireFormat.encode(work);
    }
    return encodedReply.duplicate();
  }

  @Override
  public void close() {
    server.close();
    context.close();
  }
}

package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of the wire. Keeps each request's callback until the last worker has reported;
 * a message without the run's token is refused and counted, and its connection closed.
 *
 * <p>A connection that has not shown the token may send no frame longer than a worker's first, and
 * is closed after a minute; one that has may send what a report of the network needs.
 */
final class TransportEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransportEndpoint.class);

  private static final long STRANGER_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The longest frame that joins a run; Spark's own authentication needs less. */
  private static final long STRANGER_BYTES =
      SparkInternals.FRAME_HEAD + WireFormat.longestRequest(0, 0, 0);

  private final Coordinator coordinator;
  private final byte[] token;
  private final long strangerNanos;
  private final long mostBytes;
  private final TransportContext context;
  private final TransportServer server;
  private final AtomicLong refused = new AtomicLong();
  private Work encodedWork;
  private ByteBuffer encodedReply;

  TransportEndpoint(SparkConf conf, Coordinator coordinator, byte[] token) {
    this(conf, coordinator, token, STRANGER_NANOS);
  }

  TransportEndpoint(SparkConf conf, Coordinator coordinator, byte[] token, long strangerNanos) {
    this.coordinator = coordinator;
    this.token = token.clone();
    this.strangerNanos = strangerNanos;
    this.mostBytes = SparkInternals.FRAME_HEAD + coordinator.reports().longestMessage();
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

  /** Messages that came without the token, damaged or too long, and connections that sent none. */
  long refused() {
    return refused.get();
  }

  private final class Handler extends RpcHandler {
    private final StreamManager noStreams =
        new StreamManager() {
          @Override
          public ManagedBuffer getChunk(long stream, int chunk) {
            throw refusal("a stream");
          }

          @Override
          public ManagedBuffer openStream(String stream) {
            throw refusal("a stream");
          }
        };

    @Override
    public void channelActive(TransportClient client) {
      FrameLimit limit = new FrameLimit(STRANGER_BYTES, () -> refusal("a frame too long", client));
      SparkInternals.limitFrames(client, limit);
      SparkInternals.schedule(client, () -> closeStranger(client, limit), strangerNanos);
    }

    private void closeStranger(TransportClient client, FrameLimit limit) {
      if (client.isActive() && limit.mostBytes() == STRANGER_BYTES) {
        refusal("silence", client);
        client.close();
      }
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      WireFormat.Request request = authentic(message);
      if (request == null) {
        callback.onFailure(refusal("a message", client));
        client.close();
        return;
      }
      SparkInternals.frameLimit(client).raiseTo(mostBytes);
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

    /** A worker waits for an answer, so this is none. */
    @Override
    public void receive(TransportClient client, ByteBuffer message) {
      refusal("a message without return", client);
      client.close();
    }

    @Override
    public StreamCallbackWithID receiveStream(
        TransportClient client, ByteBuffer head, RpcResponseCallback callback) {
      throw refusal("a stream", client);
    }

    @Override
    public StreamManager getStreamManager() {
      return noStreams;
    }
  }

  private SecurityException refusal(String what, TransportClient client) {
    return refusal(what + " from " + client.getSocketAddress());
  }

  /** Counts one more; a flood of them is no flood of lines. */
  private SecurityException refusal(String what) {
    long count = refused.incrementAndGet();
    if (Long.bitCount(count) == 1) {
      LOG.warn("Refused {}, {} refusals in all", what, count);
    }
    return new SecurityException("not a message of this run");
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
      LOG.debug("Damaged message", e);
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

package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
 * The listening side of the wire. Keeps each request's callback until the last worker has reported;
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

  private final Desk desk;
  private final byte[] token;
  private final long strangerNanos;
  private final long mostBytes;
  private final TransportContext context;
  private final TransportServer server;
  private final AtomicLong refused = new AtomicLong();
  private final Map<TransportClient, Line> lines = new ConcurrentHashMap<>();
  private final MessageMemory replies = new MessageMemory();
  private Work encodedWork;
  private ByteBuffer encodedReply;

  /** Listens where the driver of {@code conf} does. */
  TransportEndpoint(SparkConf conf, Desk desk, byte[] token) {
    this(conf, desk, token, STRANGER_NANOS);
  }

  TransportEndpoint(SparkConf conf, Desk desk, byte[] token, long strangerNanos) {
    this(
        conf.get("spark.driver.bindAddress", conf.get("spark.driver.host")),
        desk,
        token,
        strangerNanos);
  }

  /**
   * Listens at {@code address}, a name or number of this host.
   *
   * @param token that every message must begin with
   */
  TransportEndpoint(String address, Desk desk, byte[] token) {
    this(address, desk, token, STRANGER_NANOS);
  }

  private TransportEndpoint(String address, Desk desk, byte[] token, long strangerNanos) {
    this.desk = desk;
    this.token = token.clone();
    this.strangerNanos = strangerNanos;
    this.mostBytes = SparkInternals.FRAME_HEAD + desk.longestMessage();
    this.context = SparkInternals.transport(new Handler());
    boolean listens = false;
    try {
      this.server = context.createServer(address, 0, SparkInternals.serverBootstraps());
      listens = true;
    } finally { // netty throws its checked exceptions undeclared
      if (!listens) {
        context.close();
      }
    }
  }

  int port() {
    return server.getPort();
  }

  /** Messages that came without the token, damaged or too long, and connections that sent none. */
  long refused() {
    return refused.get();
  }

  /** A worker's connection: what it sent last is in {@code memory} until it gets its answer. */
  private static final class Line {
    private final MessageMemory memory = new MessageMemory();
    private volatile boolean waits;
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
      SparkInternals.wholeFrames(client);
      SparkInternals.schedule(client, () -> closeStranger(client, limit), strangerNanos);
    }

    private void closeStranger(TransportClient client, FrameLimit limit) {
      if (client.isActive() && limit.mostBytes() == STRANGER_BYTES) {
        refusal("silence", client);
        client.close();
      }
    }

    @Override
    public void channelInactive(TransportClient client) {
      lines.remove(client);
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      Line line = hasToken(message) ? lines.computeIfAbsent(client, c -> new Line()) : null;
      WireFormat.Request request = line == null || line.waits ? null : sound(message, line.memory);
      if (request == null) {
        callback.onFailure(refusal("a message", client));
        client.close();
        return;
      }
      SparkInternals.frameLimit(client).raiseTo(mostBytes);
      line.waits = true;
      Consumer<Work> reply =
          work -> {
            line.waits = false;
            callback.onSuccess(encoded(work));
          };
      desk.take(request, reply);
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

  private boolean hasToken(ByteBuffer message) {
    return message.remaining() >= WireFormat.TOKEN_BYTES
        && MessageDigest.isEqual(token, WireFormat.token(message));
  }

  /** The request behind the token, or null for a damaged one. */
  private WireFormat.Request sound(ByteBuffer message, MessageMemory memory) {
    try {
      WireFormat.Request request = WireFormat.decodeRequest(message, memory);
      boolean known = request.worker() >= 0 && request.worker() < desk.workers();
      return known ? request : null;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      LOG.debug("Damaged message", e);
      return null;
    }
  }

  /**
   * Every worker gets the same bytes: encodes each work once. Guarded by the desk.
   *
   * <p>All workers have the last work when there is a next one: they reported it. Not so when the
   * run is stopped, so that has memory of its own.
   */
  @SuppressWarnings("ReferenceEquality") // the same object, not an equal one
  private ByteBuffer encoded(Work work) {
    if (work != encodedWork) {
      boolean stops = work.kind() == Work.Kind.STOP;
      encodedReply = WireFormat.encode(work, stops ? new MessageMemory() : replies);
      encodedWork = work;
    }
    return encodedReply.duplicate();
  }

  @Override
  public void close() {
    server.close();
    context.close();
  }
}

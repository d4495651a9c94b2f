package io.lockstep.distributed;

import io.lockstep.training.Work;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
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
  private final RequestReader reader;
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
    this.reader = new RequestReader(token.clone(), desk.workers());
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

  /**
   * A worker's connection: what it asked last is in {@code memory} until it gets its answer, what
   * it told the last two times is in {@code told}.
   */
  private static final class Line {
    private final MessageMemory memory = new MessageMemory();
    private final MemoryPair told = new MemoryPair();
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
      desk.left(client);
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      Line line = reader.hasToken(message) ? lines.computeIfAbsent(client, c -> new Line()) : null;
      Optional<WireFormat.Request> request =
          line == null || line.waits ? Optional.empty() : reader.read(message, line.memory);
      if (request.isEmpty()) {
        callback.onFailure(refusal("a message", client));
        client.close();
        return;
      }
      SparkInternals.frameLimit(client).raiseTo(mostBytes);
      line.waits = true;
      if (request.get().round() == WireFormat.JOIN) {
        desk.joined(request.get().worker(), client);
      }
      Consumer<Work> reply =
          work -> {
            line.waits = false;
            callback.onSuccess(encoded(work));
          };
      desk.take(request.get(), reply);
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message) {
      Line line = lines.get(client);
      if (line == null || !reader.tell(desk, message, line.told)) {
        refusal("a message without return", client);
        client.close();
      }
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

  /**
   * Every worker gets the same bytes: encodes each work once. Guarded by the desk.
   *
   * <p>All workers have the last work when there is a next one: they reported it, or it has the
   * same bytes. Not so when the run is stopped, so that has memory of its own.
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

package io.lockstep.distributed;

import io.netty.channel.ChannelFuture;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.protocol.OneWayMessage;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.network.util.TransportFrameDecoder;
import scala.Option;

/**
 * Every use of Spark's internal API but its web UI's: the transport with Spark's own authentication
 * and encryption, the number of slots, and the replacement of an executor. Written against Spark
 * 4.1.0.
 */
final class SparkInternals {
  /** A frame of a request is longer than its message by: length, type, number, length. */
  static final int FRAME_HEAD = 8 + 1 + 8 + 4;

  private static final String WHOLE_FRAMES = "lockstepWholeFrames";
  private static final String FRAME_LIMIT = "lockstepFrameLimit";
  private static final int NEVER_SECONDS = 1_000_000;

  private SparkInternals() {}

  /** Tasks that the application's executors can run at the same time, as of now. */
  static int slots(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /** Executors that there are now; the driver is none, in local mode too. */
  static int executors(SparkContext spark) {
    return spark.getExecutorMemoryStatus().size() - 1;
  }

  /** Kills {@code executor}, also a hanging one, and asks for another, if the cluster can. */
  static void replaceExecutor(SparkContext spark, String executor) {
    if (!spark.isLocal()) {
      spark.killAndReplaceExecutor(executor);
    }
  }

  /** A folder of this executor for what ends with the application; {@code number} spreads them. */
  static Path localFolder(int number) {
    File[] folders = SparkEnv.get().blockManager().diskBlockManager().localDirs();
    return folders[number % folders.length].toPath();
  }

  /** A transport that answers with {@code handler}, encrypted if Spark's RPC is. */
  static TransportContext transport(RpcHandler handler) {
    return new TransportContext(transportConf(), handler);
  }

  /** Lets {@code connection} read and write each frame in one piece. */
  static void wholeFrames(TransportClient connection) {
    connection
        .getChannel()
        .pipeline()
        .addBefore(TransportFrameDecoder.HANDLER_NAME, WHOLE_FRAMES, new WholeFrames());
  }

  /** Puts {@code limit} before what collects the frames of a connection, behind decryption. */
  static void limitFrames(TransportClient connection, FrameLimit limit) {
    connection
        .getChannel()
        .pipeline()
        .addBefore(TransportFrameDecoder.HANDLER_NAME, FRAME_LIMIT, limit);
  }

  /** What {@link #limitFrames} has put there. */
  static FrameLimit frameLimit(TransportClient connection) {
    return (FrameLimit) connection.getChannel().pipeline().get(FRAME_LIMIT);
  }

  /**
   * Sends {@code message} over {@code connection}, which wants no answer.
   *
   * @param left hears, by the thread of the connection, that all of it has left, or why not
   */
  static void tell(
      TransportClient connection, ByteBuffer message, Consumer<Optional<Throwable>> left) {
    ChannelFuture unused =
        connection
            .getChannel()
            .writeAndFlush(new OneWayMessage(new NioManagedBuffer(message)))
            .addListener(written -> left.accept(Optional.ofNullable(written.cause())));
  }

  /** Runs {@code action} by the thread of {@code connection}, later. */
  static void schedule(TransportClient connection, Runnable action, long nanos) {
    Future<?> unused =
        connection.getChannel().eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  /** What a client must do first: authenticate, if Spark's own connections do. */
  static List<TransportClientBootstrap> clientBootstraps() {
    SecurityManager security = SparkEnv.get().securityManager();
    return security.isAuthenticationEnabled()
        ? List.of(new AuthClientBootstrap(transportConf(), security.getSaslUser(), security))
        : List.of();
  }

  /** What a server asks of each client. */
  static List<TransportServerBootstrap> serverBootstraps() {
    SecurityManager security = SparkEnv.get().securityManager();
    return security.isAuthenticationEnabled()
        ? List.of(new AuthServerBootstrap(transportConf(), security))
        : List.of();
  }

  private static TransportConf transportConf() {
    SparkConf conf = SparkEnv.get().conf().clone();
    // Spark closes a connection that waits for an answer for spark.network.timeout; how long a
    // worker waits is ours to say, see DistributedConfig.
    conf.set("spark.lockstep.io.connectionTimeout", NEVER_SECONDS + "s");
    conf.setIfMissing(
        "spark.lockstep.io.connectionCreationTimeout", conf.get("spark.network.timeout", "120s"));
    int threads = 2; // gradients are large and few
    return SparkTransportConf.fromSparkConf(
        conf,
        "lockstep",
        threads,
        Option.empty(),
        Option.apply(SparkEnv.get().securityManager().getRpcSSLOptions()));
  }
}

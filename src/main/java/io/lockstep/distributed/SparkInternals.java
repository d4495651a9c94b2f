package io.lockstep.distributed;

import java.util.List;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import scala.Option;

/**
 * Every use of Spark's internal API: the transport with Spark's own authentication and encryption,
 * the number of slots, and the replacement of an executor. Written against Spark 4.1.0.
 */
final class SparkInternals {
  private static final int NEVER_SECONDS = 1_000_000;

  private SparkInternals() {}

  /** Tasks that the application's executors can run at the same time, as of now. */
  static int slots(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /** Kills {@code executor}, also a hanging one, and asks for another, if the cluster can. */
  static void replaceExecutor(SparkContext spark, String executor) {
    if (!spark.isLocal()) {
      spark.killAndReplaceExecutor(executor);
    }
  }

  /** A transport that answers with {@code handler}, encrypted if Spark's RPC is. */
  static TransportContext transport(RpcHandler handler) {
    return new TransportContext(transportConf(), handler);
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

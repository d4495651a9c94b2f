package io.lockstep.distributed;

import java.io.IOException;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/** The workers of a stage as one of them meets them: each listens, and knows where all do. */
final class Neighbours implements AutoCloseable {
  /** How long what is under way may take to arrive, once the run is known to end. */
  static final long GRACE_MILLIS = 200;

  /** The part of the longest wait after which a worker says whom it waits for. */
  static final double PATIENCE = 0.4;

  private final int worker;
  private final byte[] token;
  private final TransportEndpoint endpoint;
  private final String[] addresses;

  /**
   * Listens for {@code desk}, and waits until all others of the barrier stage do.
   *
   * @param worker that this one is
   * @param token of the stage
   * @throws RunFailedException if it can't listen
   */
  Neighbours(int worker, Desk desk, byte[] token) {
    this.worker = worker;
    this.token = token;
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    this.endpoint = listen(host, desk);
    boolean met = false;
    try {
      this.addresses = BarrierTaskContext.get().allGather(endpoint.port() + " " + host);
      met = true;
    } finally { // Spark throws checked exceptions undeclared
      if (!met) {
        endpoint.close();
      }
    }
  }

  private TransportEndpoint listen(String host, Desk desk) {
    try {
      return new TransportEndpoint(host, desk, token);
    } catch (Exception e) { // netty throws its checked exception undeclared
      throw new RunFailedException(
          String.format(
              "Worker %d can't listen at %s: %s. With distributed.exchange = driver it need not.",
              worker, host, e.getMessage()),
          e);
    }
  }

  /** Makes a connection. */
  interface Connector {
    TransportLine connect(TransportLine.Place place) throws IOException, InterruptedException;
  }

  /**
   * A line to worker {@code other}, who knows whose it is.
   *
   * @throws RunFailedException if it can't be reached
   */
  TransportLine line(int other, Connector connector) throws InterruptedException {
    String[] portAndHost = addresses[other].split(" ", 2);
    TransportLine.Place at =
        new TransportLine.Place(
            "worker " + other, portAndHost[1], Integer.parseInt(portAndHost[0]), token);
    try {
      TransportLine line = connector.connect(at);
      WireFormat.Request joining =
          new WireFormat.Request(worker, WireFormat.JOIN, 0, "", List.of());
      line.await(line.send(joining, Slice.NONE));
      return line;
    } catch (IOException e) {
      throw new RunFailedException(
          String.format(
              "Worker %d can't reach worker %d at %s:%d: %s. With distributed.exchange = driver it"
                  + " need not.",
              worker, other, at.host(), at.port(), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }
}

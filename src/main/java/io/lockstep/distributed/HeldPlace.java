package io.lockstep.distributed;

import io.lockstep.training.RunPlan;
import java.io.IOException;
import org.apache.spark.broadcast.Broadcast;

/**
 * Where workers that hold the state find the driver, and what they begin with.
 *
 * @param topology of their exchange: {@link Topology#SLICES} or {@link Topology#PEERS}
 * @param driver its address
 * @param plan of the run
 * @param start of the stage
 * @param workers of the stage
 */
record HeldPlace(
    Topology topology,
    TransportExchange.Place driver,
    RunPlan plan,
    Broadcast<HeldState> start,
    int workers)
    implements CoordinatorAddress {
  @Override
  public Exchange connect(int worker) throws IOException, InterruptedException {
    return topology == Topology.SLICES
        ? new SliceExchange(this, worker)
        : new PeerExchange(this, worker);
  }
}

package io.lockstep.distributed;

import java.io.IOException;
import java.io.Serializable;

/** Where a worker finds its {@link Coordinator}; travels in the task closure. */
interface CoordinatorAddress extends Serializable {
  /** Connects worker {@code worker}. */
  Exchange connect(int worker) throws IOException, InterruptedException;
}

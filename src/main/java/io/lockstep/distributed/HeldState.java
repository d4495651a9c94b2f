package io.lockstep.distributed;

import io.lockstep.training.RunPlan;
import io.lockstep.training.WeightUpdate;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What workers that hold the state begin with; it is broadcast to all executors.
 *
 * @param steps that were made
 * @param vectors of the whole state, see {@link io.lockstep.training.WeightUpdate#vectors}
 */
record HeldState(long steps, List<float[]> vectors) implements Serializable {

  /** What moves on {@code slice} of the state, which is copied: the broadcast's own is shared. */
  WeightUpdate update(RunPlan plan, Slice slice) {
    float[] weights = Arrays.copyOfRange(vectors.get(0), slice.from(), slice.to());
    WeightUpdate update = new WeightUpdate(plan.training(), plan.network(), weights, slice.from());
    List<float[]> own = update.vectors();
    for (int i = 1; i < own.size(); i++) {
      System.arraycopy(vectors.get(i), slice.from(), own.get(i), 0, slice.length());
    }
    return update;
  }
}

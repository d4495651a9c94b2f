package io.lockstep.distributed;

import io.lockstep.training.TrainingConfig;
import java.io.Serializable;
import java.util.List;

/**
 * What the owners of slices begin with; it is broadcast to all executors.
 *
 * @param config of the run
 * @param steps that were made
 * @param vectors of the whole state, see {@link io.lockstep.training.WeightUpdate#vectors}
 */
record SliceStart(TrainingConfig config, long steps, List<float[]> vectors)
    implements Serializable {}

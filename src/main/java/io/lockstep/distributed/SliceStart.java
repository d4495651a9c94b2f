package io.lockstep.distributed;

import java.io.Serializable;
import java.util.List;

/**
 * What the owners of slices begin with; it is broadcast to all executors.
 *
 * @param steps that were made
 * @param vectors of the whole state, see {@link io.lockstep.training.WeightUpdate#vectors}
 */
record SliceStart(long steps, List<float[]> vectors) implements Serializable {}

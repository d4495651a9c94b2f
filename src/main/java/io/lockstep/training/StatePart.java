package io.lockstep.training;

import java.util.List;

/**
 * The state of a range of the parameters, from who holds it.
 *
 * @param from where the range begins in the network's parameter vector
 * @param vectors see {@link WeightUpdate#vectors}
 */
public record StatePart(int from, List<float[]> vectors) {}

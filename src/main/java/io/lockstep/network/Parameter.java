package io.lockstep.network;

import java.io.Serializable;
import java.util.List;

/**
 * A named tensor inside the flat parameter vector.
 *
 * @param name as in PyTorch's {@code state_dict}: {@code 0.weight}, {@code 3.body.0.bias}
 * @param role what it is for: how it starts, and whether the optimizer moves it
 * @param shape its dimensions, the last varying fastest
 * @param fanIn inputs of one unit: what the initialisers scale by
 * @param fanOut outputs fed by one input
 * @param offset index of its first value in the flat vector
 */
public record Parameter(
    String name, Role role, List<Integer> shape, int fanIn, int fanOut, int offset)
    implements Serializable {

  /** What a tensor is for. */
  public enum Role {
    /** Multiplies inputs; drawn by {@code init.weights}. */
    WEIGHT,
    /** Is added to a unit's sum; drawn by {@code init.biases}. */
    BIAS,
    /** Multiplies a normalised value; starts as 1. */
    SCALE,
    /** Is added to a normalised value; starts as 0. */
    SHIFT,
    /** The running mean of a value, observed and not learned; starts as 0. */
    RUNNING_MEAN,
    /** The running variance of a value, observed and not learned; starts as 1. */
    RUNNING_VARIANCE;

    /** Whether the optimizer leaves it alone. */
    public boolean isStatistic() {
      return this == RUNNING_MEAN || this == RUNNING_VARIANCE;
    }
  }

  /** Number of values. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** The same tensor with a longer name, further back in a vector. */
  public Parameter at(String prefix, int distance) {
    return new Parameter(
        prefix + name, role, shape, fanIn, fanOut, Math.addExact(distance, offset));
  }
}

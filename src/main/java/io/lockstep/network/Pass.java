package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/**
 * A {@link Layer} at work: its tables of distances, and what its forward call leaves for its
 * backward calls. Owned by one thread; allocates nothing once it has passed.
 *
 * <p>A batch is {@link Lanes} of a fixed width, of which the first images are examples. Parameters
 * are a slice of the network's one parameter vector: the array, and where the layer's begin.
 *
 * <ul>
 *   <li>{@code input} and {@code inputGradient}: {@code inputShape().size()} values
 *   <li>{@code output} and {@code outputGradient}: {@code outputShape().size()} values
 *   <li>{@code parameters} and the sums of {@code shares}: {@code parameterCount()} values
 * </ul>
 *
 * <p>Call order for one batch: {@link #forward}, then {@link #parameterGradient}, then {@link
 * #inputGradient}. The last is left out where nothing before the layer learns. Lanes must be
 * unmodified in between, but the input, unless {@link Layer#readsInput()}, and the output, unless
 * {@link Layer#readsOutput()}.
 */
interface Pass {
  /** Computes {@code output = f(input; parameters)}, overwriting {@code output}. */
  void forward(Lanes input, float[] parameters, int at, Lanes output);

  /**
   * Computes dLoss/dParameters, summed (not averaged) over the images of each share. A sum is
   * finished before it is added to anything, so adding is the same as adding a sum from elsewhere.
   *
   * @param outputGradient zero in lanes beyond the batch
   * @param shares one, the whole batch, or any if {@link Layer#sumsAnyImages()}
   * @param at where the layer's parameters begin in the vectors of {@code shares}
   */
  default void parameterGradient(Lanes input, Lanes outputGradient, Shares shares, int at) {}

  /** Overwrites {@code inputGradient} with dLoss/dInput. */
  void inputGradient(
      Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient);
}

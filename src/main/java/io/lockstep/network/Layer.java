package io.lockstep.network;

import io.lockstep.lanes.VectorMemory;
import java.io.Serializable;
import java.util.List;

/**
 * One differentiable function of a network, bound to the shape of its input. It holds its
 * <em>shape</em>, never its weights or its activations: any number of threads and Spark tasks may
 * share one, each with a {@link Pass} of its own.
 */
interface Layer extends Serializable {
  Shape inputShape();

  Shape outputShape();

  /** Learned tensors with names and offsets relative to this layer; none for activations. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Number of learned values. */
  default int parameterCount() {
    return parameters().stream().mapToInt(Parameter::size).reduce(0, Math::addExact);
  }

  /** Whether output may share input's storage, and inputGradient that of outputGradient. */
  default boolean inPlace() {
    return false;
  }

  /** Whether the backward calls look at the input: then nothing may overwrite it. */
  default boolean readsInput() {
    return parameterCount() > 0;
  }

  /**
   * Whether {@link Pass#inputGradient} looks at the output: then no other layer may overwrite it.
   */
  default boolean readsOutput() {
    return false;
  }

  /** Multiply-adds of the forward pass of one image; its two gradients take as many each. */
  default long multiplyAdds() {
    return 0;
  }

  /**
   * Whether {@link Pass#parameterGradient} can sum over any run of images in a batch, and not only
   * over all of them.
   */
  default boolean sumsAnyImages() {
    return parameterCount() == 0;
  }

  /**
   * Whether a share must pass in one piece, and alone: its examples see each other. Such a layer
   * can't learn from one example.
   */
  default boolean needsWholeShare() {
    return false;
  }

  /** How much of a running statistic a step renews; 0 for a layer without. */
  default double statisticsMomentum() {
    return 0;
  }

  /**
   * What one thread needs to run this layer on {@code batch}es.
   *
   * @param memory for what kernels read again and again
   * @throws ArithmeticException if an index of such a batch is 2^31 or more
   */
  Pass newPass(Batch batch, VectorMemory memory);
}

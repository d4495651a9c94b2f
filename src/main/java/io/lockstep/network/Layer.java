package io.lockstep.network;

import io.lockstep.linalg.Matrix;
import java.io.Serializable;
import java.util.List;

/**
 * One differentiable stage of a network: a pure function of an input batch and a parameter slice.
 *
 * <p>A layer holds its <em>shape</em>, never its weights or its activations. Weights arrive as a
 * slice of the network's one parameter vector, activations and scratch memory belong to the caller,
 * so one {@code Layer} may be used by any number of threads and Spark tasks.
 *
 * <p>Shapes, for a batch of {@code n} examples, one column each:
 *
 * <ul>
 *   <li>{@code input} and {@code inputGradient}: {@code inputShape().size() x n}
 *   <li>{@code output} and {@code outputGradient}: {@code outputShape().size() x n}
 *   <li>{@code parameters} and {@code gradientSum}: {@code parameterCount()} values
 * </ul>
 *
 * <p>Call order for one batch, all with the same {@code scratch}: {@link #forward}, then {@link
 * #parameterGradient}, then {@link #inputGradient}. The last is left out for the first layer of a
 * network. Matrices must be unmodified in between, except as {@link #inPlace()} allows.
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

  /** Memory that {@link #forward} leaves for the backward calls, for at most {@code batch}. */
  default Scratch newScratch(int batch) {
    return Scratch.NONE;
  }

  /**
   * Whether output may share input's storage, and inputGradient that of outputGradient. Every layer
   * allows the next one this: only in-place layers read their output again.
   */
  default boolean inPlace() {
    return false;
  }

  /** Computes {@code output = f(input; parameters)}, overwriting {@code output}. */
  void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch);

  /**
   * Computes dLoss/dParameters, summed (not averaged) over the batch.
   *
   * @param accumulate adds to {@code gradientSum} when true, overwrites it when false
   */
  default void parameterGradient(
      Matrix input,
      Matrix outputGradient,
      ParameterSlice gradientSum,
      boolean accumulate,
      Scratch scratch) {}

  /** Overwrites {@code inputGradient} with dLoss/dInput. */
  void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch);
}

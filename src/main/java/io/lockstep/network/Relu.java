package io.lockstep.network;

import io.lockstep.linalg.Matrix;

/** {@code y = max(x, 0)}, PyTorch's {@code nn.ReLU}: the gradient at 0 is 0. NaN stays NaN. */
record Relu(Shape inputShape) implements Layer {
  /** {@code y * HUGE * HUGE >= 1} for every positive float, the smallest (2^-149) included. */
  private static final float HUGE = 0x1p127f;

  @Override
  public Shape outputShape() {
    return inputShape;
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    float[] x = input.data();
    float[] y = output.data();
    int size = input.size();
    for (int i = 0; i < size; i++) {
      y[i] = Math.max(x[i], 0f);
    }
  }

  /**
   * Multiplies by the step function of the output, written as {@code min(1, y * HUGE * HUGE)}: the
   * JIT vectorises products and minima but no comparison, and branches on activations mispredict.
   */
  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    float[] y = output.data();
    float[] gradient = outputGradient.data();
    float[] result = inputGradient.data();
    int size = output.size();
    for (int i = 0; i < size; i++) {
      result[i] = gradient[i] * Math.min(1f, y[i] * HUGE * HUGE);
    }
  }
}

package io.lockstep.network;

import io.lockstep.lanes.Lanes;

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
  public Pass newPass(int width) {
    return new ReluPass();
  }

  private static final class ReluPass implements Pass {
    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      float[] x = input.data();
      float[] y = output.data();
      for (int i = 0; i < x.length; i++) {
        y[i] = Math.max(x[i], 0f);
      }
    }

    /**
     * Multiplies by the step function of the output, written as {@code min(1, y * HUGE * HUGE)}:
     * the JIT vectorises products and minima but no comparison, and branches on activations
     * mispredict.
     */
    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      float[] y = output.data();
      float[] gradient = outputGradient.data();
      float[] result = inputGradient.data();
      for (int i = 0; i < y.length; i++) {
        result[i] = gradient[i] * Math.min(1f, y[i] * HUGE * HUGE);
      }
    }
  }
}

package io.lockstep.network;

/** {@code y = max(x, 0)}, PyTorch's {@code nn.ReLU}: the gradient at 0 is 0. NaN stays NaN. */
public record Relu() implements Activation {
  static final LayerSpec.Kind KIND = new LayerSpec.Kind("relu", settings -> new Relu());

  /** {@code y * HUGE * HUGE >= 1} for every positive float, the smallest (2^-149) included. */
  private static final float HUGE = 0x1p127f;

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.ReLU()", "Relu");
  }

  @Override
  public void apply(float[] x, float[] y) {
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.max(x[i], 0f);
    }
  }

  /**
   * Multiplies by the step function of the output, written as {@code min(1, y * HUGE * HUGE)}: the
   * JIT vectorises products and minima but no comparison, and branches on activations mispredict.
   */
  @Override
  public void derive(float[] y, float[] gradient, float[] result) {
    for (int i = 0; i < y.length; i++) {
      result[i] = gradient[i] * Math.min(1f, y[i] * HUGE * HUGE);
    }
  }
}

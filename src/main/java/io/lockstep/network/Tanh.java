package io.lockstep.network;

import io.lockstep.lanes.Exponential;

/** {@code y = tanh x}, PyTorch's {@code nn.Tanh}; computed in double precision. */
public record Tanh() implements Activation {
  static final LayerSpec.Kind KIND = new LayerSpec.Kind("tanh", settings -> new Tanh());

  /**
   * Nearer to 0, {@code 1 - e^-2x} loses digits and two terms of the series have all of a float.
   */
  private static final double SMALL = 1e-3;

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.Tanh()", "Tanh");
  }

  @Override
  public void apply(float[] x, float[] y) {
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) tanh(x[i]);
    }
  }

  private static double tanh(double x) {
    double size = Math.abs(x);
    if (size < SMALL) {
      return x - x * x * x / 3;
    }
    double e = Exponential.of(-2 * size);
    return Math.copySign((1 - e) / (1 + e), x);
  }

  @Override
  public void derive(float[] y, float[] gradient, float[] result) {
    for (int i = 0; i < y.length; i++) {
      result[i] = gradient[i] * (1 - y[i] * y[i]);
    }
  }
}

package io.lockstep.network;

import io.lockstep.lanes.Exponential;

/** {@code y = 1 / (1 + e^-x)}, PyTorch's {@code nn.Sigmoid}; computed in double precision. */
public record Sigmoid() implements Activation {
  static final LayerSpec.Kind KIND = new LayerSpec.Kind("sigmoid", settings -> new Sigmoid());

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.Sigmoid()", "Sigmoid");
  }

  @Override
  public void apply(float[] x, float[] y) {
    for (int i = 0; i < x.length; i++) {
      double e = Exponential.of(-Math.abs((double) x[i]));
      y[i] = (float) ((x[i] < 0 ? e : 1) / (1 + e));
    }
  }

  @Override
  public void derive(float[] y, float[] gradient, float[] result) {
    for (int i = 0; i < y.length; i++) {
      result[i] = gradient[i] * (y[i] * (1 - y[i]));
    }
  }
}

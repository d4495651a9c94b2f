package io.lockstep.network;

import io.lockstep.base.Checks;
import java.util.Map;

/**
 * {@code y = x} above 0, else {@code slope * x}: PyTorch's {@code nn.LeakyReLU}; the gradient at 0
 * is that of below. NaN stays NaN.
 *
 * @param slope below 0; finite and &ge; 0, for with a negative one the sign of {@code y} would not
 *     tell that of {@code x}
 */
public record LeakyRelu(double slope) implements Activation {
  private static final double DEFAULT_SLOPE = 0.01;

  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind(
          "leakyRelu", settings -> new LeakyRelu(settings.doubleValue("slope", DEFAULT_SLOPE)));

  public LeakyRelu {
    Checks.requireNonNegative("leakyRelu slope", slope);
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("slope", slope);
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.LeakyReLU(" + slope + ")", "LeakyRelu", Map.of("alpha", slope));
  }

  @Override
  public void apply(float[] x, float[] y) {
    float below = (float) slope;
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] > 0 ? x[i] : below * x[i];
    }
  }

  @Override
  public void derive(float[] y, float[] gradient, float[] result) {
    float below = (float) slope;
    for (int i = 0; i < y.length; i++) {
      result[i] = y[i] > 0 ? gradient[i] : below * gradient[i];
    }
  }
}

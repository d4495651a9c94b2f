package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Settings;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent: PyTorch's {@code torch.optim.SGD} with dampening 0, in float32:
 *
 * <pre>
 * g = gradient + weightDecay * w
 * v = momentum * v + g          (v starts at 0)
 * w = w - learningRate * (nesterov ? g + momentum * v : v)
 * </pre>
 *
 * <p>Unlike Sutskever et al., "On the importance of initialization and momentum in deep learning"
 * (ICML 2013), the learning rate is outside the velocity, as PyTorch notes.
 *
 * @param learningRate step size, applied to the mean gradient; finite and &gt; 0
 * @param momentum fraction of the previous update carried over; in [0, 1)
 * @param nesterov look ahead along the momentum; needs momentum &gt; 0
 * @param weightDecay added to the gradient, times the weight; finite and &ge; 0
 */
public record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay)
    implements OptimizerConfig {
  /** PyTorch's, but for the learning rate, which is the published networks'. */
  public static final Sgd DEFAULTS = new Sgd(0.01, 0, false, 0);

  static final String KIND = "sgd";

  public Sgd {
    Checks.requirePositive("sgd learningRate", learningRate);
    Checks.require(momentum >= 0 && momentum < 1, "sgd momentum must be in [0, 1)", momentum);
    Checks.require(
        !nesterov || momentum > 0, "sgd nesterov needs a momentum > 0: the momentum", momentum);
    Checks.requireNonNegative("sgd weightDecay", weightDecay);
  }

  static Sgd of(Settings settings) {
    return new Sgd(
        settings.doubleValue("learningRate", DEFAULTS.learningRate),
        settings.doubleValue("momentum", DEFAULTS.momentum),
        settings.booleanValue("nesterov", DEFAULTS.nesterov),
        settings.doubleValue("weightDecay", DEFAULTS.weightDecay));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public ConfigValue toConfig() {
    return ConfigValueFactory.fromMap(
        Map.of(
            KIND,
            Map.of(
                "learningRate", learningRate,
                "momentum", momentum,
                "nesterov", nesterov,
                "weightDecay", weightDecay)));
  }

  @Override
  public Optimizer newOptimizer(int parameterCount) {
    return new Steps(this, parameterCount);
  }

  private static final class Steps implements Optimizer {
    private final float momentum;
    private final boolean nesterov;
    private final float weightDecay;
    private final float[] velocity;

    private Steps(Sgd config, int parameterCount) {
      momentum = (float) config.momentum;
      nesterov = config.nesterov;
      weightDecay = (float) config.weightDecay;
      velocity = momentum > 0 ? new float[parameterCount] : new float[0];
    }

    @Override
    public void step(
        float[] weights,
        float[] gradientSum,
        double weight,
        double learningRate,
        RunStep step,
        int from,
        int to) {
      float divisor = (float) weight;
      float rate = (float) learningRate;
      if (weightDecay > 0) {
        for (int i = from; i < to; i++) {
          gradientSum[i] = gradientSum[i] / divisor + weightDecay * weights[i];
        }
        divisor = 1;
      }
      if (momentum == 0) {
        for (int i = from; i < to; i++) {
          weights[i] -= rate * (gradientSum[i] / divisor);
        }
      } else if (nesterov) {
        for (int i = from; i < to; i++) {
          float gradient = gradientSum[i] / divisor;
          velocity[i] = momentum * velocity[i] + gradient;
          weights[i] -= rate * (gradient + momentum * velocity[i]);
        }
      } else {
        for (int i = from; i < to; i++) {
          velocity[i] = momentum * velocity[i] + gradientSum[i] / divisor;
          weights[i] -= rate * velocity[i];
        }
      }
    }

    @Override
    public List<StateTensor> state() {
      return momentum > 0 ? List.of(new StateTensor("velocity", velocity)) : List.of();
    }
  }
}

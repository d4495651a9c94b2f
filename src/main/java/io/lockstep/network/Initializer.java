package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** How a tensor's first values are drawn. */
public sealed interface Initializer extends Serializable {
  /** The kinds that a configuration may name. */
  List<String> KINDS =
      List.of(
          "kaimingNormal", "kaimingUniform", "normal", "standardNormal", "xavierUniform", "zeros");

  /** One value for {@code parameter}. */
  double draw(Parameter parameter, SplittableRandom random);

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /** The kinds without a setting of their own. */
  enum Named implements Initializer {
    /**
     * N(0, 2 / fan_in): He et al., "Delving Deep into Rectifiers" (arXiv:1502.01852), equation 10;
     * PyTorch's {@code kaiming_normal_}.
     */
    KAIMING_NORMAL("kaimingNormal") {
      @Override
      public double draw(Parameter parameter, SplittableRandom random) {
        return random.nextGaussian() * Math.sqrt(2.0 / parameter.fanIn());
      }
    },
    /** U(-1/sqrt(fan_in), 1/sqrt(fan_in)): PyTorch's default for Linear and Conv2d, biases too. */
    KAIMING_UNIFORM("kaimingUniform") {
      @Override
      public double draw(Parameter parameter, SplittableRandom random) {
        return (2 * random.nextDouble() - 1) / Math.sqrt(parameter.fanIn());
      }
    },
    /** N(0, 1): PyTorch's {@code randn}. */
    STANDARD_NORMAL("standardNormal") {
      @Override
      public double draw(Parameter parameter, SplittableRandom random) {
        return random.nextGaussian();
      }
    },
    /**
     * U(-a, a), a = sqrt(6 / (fan_in + fan_out)): Glorot and Bengio, "Understanding the difficulty
     * of training deep feedforward neural networks" (AISTATS 2010), equation 16.
     */
    XAVIER_UNIFORM("xavierUniform") {
      @Override
      public double draw(Parameter parameter, SplittableRandom random) {
        double bound = Math.sqrt(6.0 / ((double) parameter.fanIn() + parameter.fanOut()));
        return (2 * random.nextDouble() - 1) * bound;
      }
    },
    ZEROS("zeros") {
      @Override
      public double draw(Parameter parameter, SplittableRandom random) {
        return 0;
      }
    };

    private final String kind;

    Named(String kind) {
      this.kind = kind;
    }

    @Override
    public ConfigValue toConfig() {
      return ConfigValueFactory.fromAnyRef(kind);
    }
  }

  /**
   * N(0, sigma^2).
   *
   * @param sigma standard deviation; finite and &gt; 0
   */
  record Normal(double sigma) implements Initializer {
    public Normal {
      Checks.requirePositive("normal sigma", sigma);
    }

    @Override
    public double draw(Parameter parameter, SplittableRandom random) {
      return random.nextGaussian() * sigma;
    }

    @Override
    public ConfigValue toConfig() {
      return ConfigValueFactory.fromMap(Map.of("normal", Map.of("sigma", sigma)));
    }
  }

  /** Reads {@code kaimingUniform} or {@code normal { sigma = 0.01 }}. */
  static Initializer of(ConfigValue value, String path) {
    Settings.Choice choice = Settings.choice(value, path);
    Initializer result = null;
    if (choice.kind().equals("normal")) {
      result = new Normal(choice.settings().doubleValue("sigma"));
    } else {
      for (Named named : Named.values()) {
        if (named.kind.equals(choice.kind())) {
          result = named;
        }
      }
    }
    if (result == null) {
      throw Settings.unknownKind(path, choice.kind(), KINDS);
    }
    choice.settings().rejectUnknown();
    return result;
  }

  /**
   * The first weights of a run.
   *
   * @param weights for every tensor that is not a bias
   * @param biases for the biases
   */
  record Plan(Initializer weights, Initializer biases) implements Serializable {
    /** PyTorch's defaults. */
    public static final Plan DEFAULTS = new Plan(Named.KAIMING_UNIFORM, Named.KAIMING_UNIFORM);

    /** Reads {@code init { weights = ..., biases = ... }}. */
    public static Plan of(Settings settings) {
      Plan plan =
          new Plan(
              settings
                  .value("weights")
                  .map(value -> Initializer.of(value, settings.name("weights")))
                  .orElse(DEFAULTS.weights),
              settings
                  .value("biases")
                  .map(value -> Initializer.of(value, settings.name("biases")))
                  .orElse(DEFAULTS.biases));
      settings.rejectUnknown();
      return plan;
    }

    /** The section that {@link #of} reads back to this. */
    public ConfigValue toConfig() {
      return ConfigValueFactory.fromMap(
          Map.of("weights", weights.toConfig(), "biases", biases.toConfig()));
    }

    /** Draws the parameter vector: each tensor from its own stream, in the order of its values. */
    public float[] draw(Network network, Seeds seeds) {
      float[] values = new float[network.parameterCount()];
      for (int tensor = 0; tensor < network.parameters().size(); tensor++) {
        Parameter parameter = network.parameters().get(tensor);
        SplittableRandom random = seeds.stream(Seeds.Purpose.INITIAL_WEIGHTS, tensor);
        for (int i = 0; i < parameter.size(); i++) {
          values[parameter.offset() + i] = (float) first(parameter, random);
        }
      }
      return values;
    }

    private double first(Parameter parameter, SplittableRandom random) {
      return switch (parameter.role()) {
        case WEIGHT -> weights.draw(parameter, random);
        case BIAS -> biases.draw(parameter, random);
        case SCALE, RUNNING_VARIANCE -> 1;
        case SHIFT, RUNNING_MEAN -> 0;
      };
    }
  }
}

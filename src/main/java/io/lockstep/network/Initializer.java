package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Kinds;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How a tensor's first values are drawn. A new kind is a record in its own file, and a line here.
 */
public interface Initializer extends Serializable {
  /** One value for {@code parameter}. */
  double draw(Parameter parameter, SplittableRandom random);

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /**
   * Reads {@code kaimingUniform} or {@code normal { sigma = 0.01 }}.
   *
   * @throws io.lockstep.base.InvalidInputException naming the setting, its rule and its value
   */
  static Initializer of(ConfigValue value, String path) {
    return new Kinds<Initializer>(
            Map.of(
                KaimingNormal.KIND,
                settings -> new KaimingNormal(),
                KaimingUniform.KIND,
                settings -> new KaimingUniform(),
                Normal.KIND,
                settings -> new Normal(settings.doubleValue("sigma")),
                StandardNormal.KIND,
                settings -> new StandardNormal(),
                XavierUniform.KIND,
                settings -> new XavierUniform(),
                Zeros.KIND,
                settings -> new Zeros()))
        .read(value, path);
  }

  /**
   * The first weights of a run.
   *
   * @param weights for every tensor that is not a bias
   * @param biases for the biases
   */
  record Scheme(Initializer weights, Initializer biases) implements Serializable {
    /** PyTorch's defaults. */
    public static final Scheme DEFAULTS = new Scheme(new KaimingUniform(), new KaimingUniform());

    /** Reads {@code init { weights = ..., biases = ... }}. */
    public static Scheme of(Settings settings) {
      Scheme scheme =
          new Scheme(
              settings
                  .value("weights")
                  .map(value -> Initializer.of(value, settings.name("weights")))
                  .orElse(DEFAULTS.weights),
              settings
                  .value("biases")
                  .map(value -> Initializer.of(value, settings.name("biases")))
                  .orElse(DEFAULTS.biases));
      settings.rejectUnknown();
      return scheme;
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

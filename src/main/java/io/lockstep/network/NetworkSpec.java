package io.lockstep.network;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The description of a network: the shape of one example and the layers it passes, in the order and
 * with the numbering of a PyTorch {@code nn.Sequential}. Layers may contain layers, as deep as one
 * likes.
 *
 * @param input shape of one example
 * @param layers at least one
 */
public record NetworkSpec(Shape input, List<LayerSpec> layers) implements Serializable {
  public NetworkSpec {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new InvalidInputException(
          "network.layers must name at least one layer, but was []. For MNIST start with [flatten,"
              + " {dense {units = 10}}].");
    }
  }

  /** Reads {@code network { input = [...], layers = [...] }}. */
  public static NetworkSpec of(Settings settings) {
    Shape input = Shape.of(settings.name("input"), settings.intList("input"));
    List<LayerSpec> layers = LayerSpec.list(settings.list("layers"), settings.name("layers"));
    settings.rejectUnknown();
    return new NetworkSpec(input, layers);
  }

  /** The section that {@link #of} reads back to this. */
  public ConfigObject toConfig() {
    List<ConfigValue> values = layers.stream().map(LayerSpec::toConfig).toList();
    return ConfigValueFactory.fromMap(Map.of("input", input.dimensions(), "layers", values));
  }
}

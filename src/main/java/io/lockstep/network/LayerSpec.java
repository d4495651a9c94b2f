package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A layer as a configuration describes it, before it knows the shape of its input: one that
 * computes, a {@link Leaf}, or a container of others. {@link LayerKinds} lists all.
 */
public interface LayerSpec extends Serializable {
  /**
   * A kind of layer.
   *
   * @param name in a configuration
   * @param reader makes the layer of its settings
   */
  record Kind(String name, Function<Settings, LayerSpec> reader) {}

  /** The name in a configuration. */
  String kind();

  /** The settings in a configuration, in the order of the documentation. */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /**
   * Adds this to a plan.
   *
   * @param place where this layer stands
   * @param input what goes in
   * @return what comes out
   * @throws InvalidInputException if the input has a shape that this can't take
   */
  StagePlan.Value addTo(StagePlan.Builder plan, Place place, StagePlan.Value input);

  /** This layer and those inside, seen from outside, on an input that {@link #addTo} takes. */
  Outline outline(Place place, Shape input);

  /** What this layer is called elsewhere, on an input of this shape. */
  Notation notation(Shape input);

  /**
   * Where a layer stands.
   *
   * @param path in the configuration, for messages: {@code network.layers[3].residual.layers[0]}
   * @param name before its tensors' names, as in PyTorch: {@code 3.body.0.}
   */
  record Place(String path, String name) {
    /** The place of layer {@code index} of a network. */
    static Place of(int index) {
      return new Place("network.layers[" + index + "]", index + ".");
    }

    /** The place of element {@code index} of the list {@code key} of this container. */
    Place in(String key, String module, int index) {
      return new Place(path + "." + key + "[" + index + "]", name + module + "." + index + ".");
    }
  }

  /** A layer that computes one value from another. */
  interface Leaf extends LayerSpec {
    /**
     * The layer for this input.
     *
     * @throws InvalidInputException if it can't take this shape
     */
    Layer on(Shape input);

    @Override
    default StagePlan.Value addTo(StagePlan.Builder plan, Place place, StagePlan.Value input) {
      return plan.add(place, on(input.shape()), input);
    }

    @Override
    default Outline outline(Place place, Shape input) {
      return Outline.of(place, this, on(input));
    }
  }

  /** Reads one element of a list of layers. */
  static LayerSpec of(ConfigValue value, String path) {
    return LayerKinds.ALL.read(value, path);
  }

  /** Reads a list of layers. */
  static List<LayerSpec> list(List<? extends ConfigValue> values, String path) {
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      layers.add(of(values.get(i), path + "[" + i + "]"));
    }
    return List.copyOf(layers);
  }

  /** The value that {@link #of} reads back to this. */
  default ConfigValue toConfig() {
    return settings().isEmpty()
        ? ConfigValueFactory.fromAnyRef(kind())
        : ConfigValueFactory.fromMap(Map.of(kind(), settings()));
  }

  /** {@code input}, which {@code kind} needs to be an image. */
  static Shape.Image image(String kind, Shape input) {
    if (input instanceof Shape.Image image) {
      return image;
    }
    throw new InvalidInputException(
        kind + " must follow an image, but its input is a " + input + ". Move it before flatten.");
  }
}

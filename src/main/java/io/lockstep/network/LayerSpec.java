package io.lockstep.network;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer as a configuration describes it, before it knows the shape of its input. */
public sealed interface LayerSpec extends Serializable {
  /** The kinds that a configuration may name. */
  List<String> KINDS = List.of("avgPool2d", "conv2d", "dense", "flatten", "maxPool2d", "relu");

  /** The name in a configuration. */
  String kind();

  /** The settings in a configuration, in the order of the documentation. */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /** The layer for this input. */
  Layer on(Shape input);

  /**
   * {@code y = W x + b}.
   *
   * @param units outputs; &ge; 1
   */
  record Dense(int units) implements LayerSpec {
    public Dense {
      Checks.requireAtLeastOne("dense units", units);
    }

    @Override
    public String kind() {
      return "dense";
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of("units", units);
    }

    @Override
    public Layer on(Shape input) {
      if (input instanceof Shape.Vector vector) {
        return new io.lockstep.network.Dense(vector, new Shape.Vector(units));
      }
      throw new InvalidInputException(
          "dense must follow a vector, but its input is a " + input + ". Put flatten before it.");
    }
  }

  /**
   * A 2-D convolution.
   *
   * @param filters output channels; &ge; 1
   */
  record Conv2d(int filters, int kernel, int stride, int padding) implements LayerSpec {
    public Conv2d {
      Checks.requireAtLeastOne("conv2d filters", filters);
      new Window(kernel, stride, padding);
    }

    @Override
    public String kind() {
      return "conv2d";
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("filters", filters);
      settings.putAll(windowSettings(kernel, stride, padding));
      return settings;
    }

    @Override
    public Layer on(Shape input) {
      Window window = new Window(kernel, stride, padding);
      return new io.lockstep.network.Conv2d(image(kind(), input), window, filters);
    }
  }

  /** The largest value of each window. */
  record MaxPool2d(int kernel, int stride, int padding) implements LayerSpec {
    public MaxPool2d {
      new Window(kernel, stride, padding);
    }

    @Override
    public String kind() {
      return "maxPool2d";
    }

    @Override
    public Map<String, Object> settings() {
      return windowSettings(kernel, stride, padding);
    }

    @Override
    public Layer on(Shape input) {
      Window window = new Window(kernel, stride, padding);
      return new io.lockstep.network.MaxPool2d(image(kind(), input), window);
    }
  }

  /** The mean of each window, padding counted as zeros. */
  record AvgPool2d(int kernel, int stride, int padding) implements LayerSpec {
    public AvgPool2d {
      new Window(kernel, stride, padding);
    }

    @Override
    public String kind() {
      return "avgPool2d";
    }

    @Override
    public Map<String, Object> settings() {
      return windowSettings(kernel, stride, padding);
    }

    @Override
    public Layer on(Shape input) {
      Window window = new Window(kernel, stride, padding);
      return new io.lockstep.network.AvgPool2d(image(kind(), input), window);
    }
  }

  /** {@code max(x, 0)}. */
  record Relu() implements LayerSpec {
    @Override
    public String kind() {
      return "relu";
    }

    @Override
    public Layer on(Shape input) {
      return new io.lockstep.network.Relu(input);
    }
  }

  /** An image's values as a vector, channel by channel. */
  record Flatten() implements LayerSpec {
    @Override
    public String kind() {
      return "flatten";
    }

    @Override
    public Layer on(Shape input) {
      return new io.lockstep.network.Flatten(input);
    }
  }

  /** Reads one element of {@code network.layers}. */
  static LayerSpec of(ConfigValue value, String path) {
    Settings.Choice choice = Settings.choice(value, path);
    Settings settings = choice.settings();
    LayerSpec spec =
        switch (choice.kind()) {
          case "dense" -> new Dense(settings.intValue("units"));
          case "conv2d" ->
              new Conv2d(
                  settings.intValue("filters"),
                  settings.intValue("kernel"),
                  settings.intValue("stride", 1),
                  settings.intValue("padding", 0));
          case "maxPool2d" -> {
            int kernel = settings.intValue("kernel");
            yield new MaxPool2d(
                kernel, settings.intValue("stride", kernel), settings.intValue("padding", 0));
          }
          case "avgPool2d" -> {
            int kernel = settings.intValue("kernel");
            yield new AvgPool2d(
                kernel, settings.intValue("stride", kernel), settings.intValue("padding", 0));
          }
          case "relu" -> new Relu();
          case "flatten" -> new Flatten();
          default -> throw Settings.unknownKind(path, choice.kind(), KINDS);
        };
    settings.rejectUnknown();
    return spec;
  }

  /** The value that {@link #of} reads back to this. */
  default ConfigValue toConfig() {
    return settings().isEmpty()
        ? ConfigValueFactory.fromAnyRef(kind())
        : ConfigValueFactory.fromMap(Map.of(kind(), settings()));
  }

  private static Map<String, Object> windowSettings(int kernel, int stride, int padding) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("kernel", kernel);
    settings.put("stride", stride);
    settings.put("padding", padding);
    return settings;
  }

  private static Shape.Image image(String kind, Shape input) {
    if (input instanceof Shape.Image image) {
      return image;
    }
    throw new InvalidInputException(
        kind + " must follow an image, but its input is a " + input + ". Move it before flatten.");
  }
}

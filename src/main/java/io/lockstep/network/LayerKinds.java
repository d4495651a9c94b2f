package io.lockstep.network;

import io.lockstep.base.Settings;
import java.util.List;

/** Every kind of layer that a configuration may name: a new one is added here and nowhere else. */
final class LayerKinds {
  private static final List<LayerSpec.Kind> ALL =
      List.of(
          AvgPool2d.KIND,
          BatchNorm1d.KIND,
          BatchNorm2d.KIND,
          Concat.KIND,
          Conv2d.KIND,
          Dense.KIND,
          Dropout.KIND,
          Flatten.KIND,
          GlobalAvgPool2d.KIND,
          LeakyRelu.KIND,
          MaxPool2d.KIND,
          Relu.KIND,
          Residual.KIND,
          Sigmoid.KIND,
          Tanh.KIND);

  private LayerKinds() {}

  /**
   * The kind called {@code name}.
   *
   * @param path where it was named, for the message
   * @throws io.lockstep.base.InvalidInputException if there is none, with the nearest that is
   */
  static LayerSpec.Kind named(String name, String path) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Settings.unknownKind(path, name, ALL.stream().map(LayerSpec.Kind::name).toList()));
  }
}

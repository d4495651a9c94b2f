package io.lockstep.network;

import io.lockstep.base.Kinds;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every kind of layer that a configuration may name: a new one is added here and nowhere else. */
final class LayerKinds {
  static final Kinds<LayerSpec> ALL =
      new Kinds<>(
          Stream.of(
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
                  Tanh.KIND)
              .collect(Collectors.toMap(LayerSpec.Kind::name, LayerSpec.Kind::reader)));

  private LayerKinds() {}
}

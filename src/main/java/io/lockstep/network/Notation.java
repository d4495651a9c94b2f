package io.lockstep.network;

import java.util.Map;

/**
 * What a layer is called elsewhere: all that an exporter must know of its kind.
 *
 * @param module of PyTorch: {@code nn.ReLU()}; of a container, the class, which takes an {@code
 *     nn.Sequential} for each branch
 * @param definition of that class in Python; empty where the module is PyTorch's own
 * @param operator of ONNX, opset 17; takes the layer's input, or of a container the ends of its
 *     branches, then the parameters in their order
 * @param attributes of the operator: {@link Integer}s, {@link Double}s and lists of integers
 * @param joinsInput whether the operator takes the container's input before the ends of the
 *     branches
 */
public record Notation(
    String module,
    String definition,
    String operator,
    Map<String, Object> attributes,
    boolean joinsInput) {

  /** A layer whose operator has no attributes. */
  static Notation of(String module, String operator) {
    return of(module, operator, Map.of());
  }

  /** A layer that is no container. */
  static Notation of(String module, String operator, Map<String, Object> attributes) {
    return new Notation(module, "", operator, attributes, false);
  }
}

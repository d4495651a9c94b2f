package io.lockstep.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A layer of a network as one sees it from outside: with its shapes, its parameters, and, of a
 * container, the layers inside.
 *
 * @param name before its tensors' names, without the dot: {@code 3.body.0}
 * @param layer as it is described
 * @param input of one example
 * @param output of one example
 * @param parameters of this layer itself; their names are the network's, their offsets the layer's
 * @param branches of a container, side by side on its input; one without layers passes it on
 */
public record Outline(
    String name,
    LayerSpec layer,
    Shape input,
    Shape output,
    List<Parameter> parameters,
    List<List<Outline>> branches) {

  /** A container. */
  static Outline of(
      LayerSpec.Place place,
      LayerSpec layer,
      Shape input,
      Shape output,
      List<List<Outline>> branches) {
    return new Outline(name(place), layer, input, output, List.of(), branches);
  }

  /** Any other layer. */
  static Outline of(LayerSpec.Place place, LayerSpec layer, Layer shaped) {
    List<Parameter> named =
        shaped.parameters().stream().map(parameter -> parameter.at(place.name(), 0)).toList();
    return new Outline(
        name(place), layer, shaped.inputShape(), shaped.outputShape(), named, List.of());
  }

  private static String name(LayerSpec.Place place) {
    return place.name().substring(0, place.name().length() - 1);
  }

  /** Layers, one after another. */
  static List<Outline> of(
      List<LayerSpec> layers, IntFunction<LayerSpec.Place> places, Shape first) {
    List<Outline> outlines = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      outlines.add(layers.get(i).outline(places.apply(i), end(outlines, first)));
    }
    return outlines;
  }

  /** What comes out of {@code outlines} when {@code first} goes in. */
  static Shape end(List<Outline> outlines, Shape first) {
    return outlines.isEmpty() ? first : outlines.get(outlines.size() - 1).output;
  }

  /** What the layer is called elsewhere. */
  public Notation notation() {
    return layer.notation(input);
  }

  /** Number of its values in the parameter vector, those of the layers inside included. */
  public long parameterCount() {
    return parameters.stream().mapToLong(Parameter::size).sum()
        + branches.stream().flatMap(List::stream).mapToLong(Outline::parameterCount).sum();
  }
}

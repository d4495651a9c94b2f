package io.lockstep.network;

import java.util.List;
import java.util.Map;

/**
 * An image seen as a vector, channel by channel: PyTorch's {@code nn.Flatten}. Lanes hold images in
 * that order already, so there is nothing to compute.
 */
public record Flatten() implements LayerSpec {
  static final LayerSpec.Kind KIND = new LayerSpec.Kind("flatten", settings -> new Flatten());

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public StagePlan.Value addTo(StagePlan.Builder plan, Place place, StagePlan.Value input) {
    return input.as(flat(input.shape()));
  }

  private static Shape flat(Shape input) {
    return new Shape.Vector(input.size());
  }

  @Override
  public Outline outline(Place place, Shape input) {
    return Outline.of(place, this, input, flat(input), List.of());
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.Flatten()", "Flatten", Map.of("axis", 1));
  }
}

package io.lockstep.network;

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
  public Plan.Value addTo(Plan.Builder plan, Place place, Plan.Value input) {
    return input.as(new Shape.Vector(input.shape().size()));
  }
}

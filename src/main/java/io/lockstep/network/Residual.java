package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import java.util.List;
import java.util.Map;

/**
 * {@code x + f(x)}: He et al., "Deep Residual Learning for Image Recognition" (arXiv:1512.03385),
 * equation 1. In PyTorch, a module with the layers in {@code self.body = nn.Sequential(...)}.
 *
 * @param layers f; at least one, and they keep the shape of their input
 */
public record Residual(List<LayerSpec> layers) implements LayerSpec {
  private static final String LAYERS = "layers";

  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind(
          "residual",
          settings -> new Residual(LayerSpec.list(settings.list(LAYERS), settings.name(LAYERS))));

  private static final String PYTHON =
      """
      class Residual(nn.Module):
          \"""x + body(x)\"""

          def __init__(self, body):
              super().__init__()
              self.body = body

          def forward(self, x):
              return x + self.body(x)
      """;

  public Residual {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new InvalidInputException(
          "residual layers must name at least one layer, but was []: x + x is no block.");
    }
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(LAYERS, layers.stream().map(LayerSpec::toConfig).toList());
  }

  @Override
  public StagePlan.Value addTo(StagePlan.Builder plan, Place place, StagePlan.Value input) {
    StagePlan.Value body = plan.addAll(layers, i -> inBody(place, i), input);
    if (!body.shape().equals(input.shape())) {
      throw new InvalidInputException(
          String.format(
              "residual must add layers that keep the shape of their input, a %s, but they make a"
                  + " %s of it. Pad convolutions by (kernel - 1) / 2 with stride 1, and end with as"
                  + " many filters as channels come in.",
              input.shape(), body.shape()));
    }
    return plan.join(Join.ADD, List.of(input, body), input.shape());
  }

  private static Place inBody(Place place, int index) {
    return place.in(KIND.name() + "." + LAYERS, "body", index);
  }

  @Override
  public Outline outline(Place place, Shape input) {
    return Outline.of(
        place, this, input, input, List.of(Outline.of(layers, i -> inBody(place, i), input)));
  }

  @Override
  public Notation notation(Shape input) {
    return new Notation("Residual", PYTHON, "Add", Map.of(), true);
  }
}

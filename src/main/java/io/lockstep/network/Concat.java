package io.lockstep.network;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Branches side by side on one input, their results one after another along the channels: Szegedy
 * et al., "Going deeper with convolutions" (arXiv:1409.4842), figure 2. In PyTorch, a module with
 * the branches in {@code self.branches = nn.ModuleList([nn.Sequential(...), ...])}.
 *
 * @param branches at least one; all make images of one height and width, or vectors; one without
 *     layers passes its input on
 */
public record Concat(List<List<LayerSpec>> branches) implements LayerSpec {
  private static final String BRANCHES = "branches";

  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("concat", settings -> new Concat(branches(settings)));

  private static final String PYTHON =
      """
      class Concat(nn.Module):
          \"""The ends of the branches, one after another along the channels.\"""

          def __init__(self, *branches):
              super().__init__()
              self.branches = nn.ModuleList(branches)

          def forward(self, x):
              return torch.cat([branch(x) for branch in self.branches], dim=1)
      """;

  public Concat {
    branches = branches.stream().map(List::copyOf).toList();
    if (branches.isEmpty()) {
      throw new InvalidInputException("concat branches must name at least one branch, but was [].");
    }
    if (branches.stream().allMatch(List::isEmpty)) {
      throw new InvalidInputException(
          "concat branches must have layers in at least one branch, but were "
              + branches
              + ". One branch without layers, beside others, passes its input on.");
    }
  }

  private static List<List<LayerSpec>> branches(Settings settings) {
    List<List<LayerSpec>> branches = new ArrayList<>();
    for (ConfigValue branch : settings.list(BRANCHES)) {
      String path = settings.name(BRANCHES) + "[" + branches.size() + "]";
      if (!(branch instanceof ConfigList list)) {
        throw Settings.wrongType(path, "a list of layers [ ... ]", branch);
      }
      branches.add(LayerSpec.list(list, path));
    }
    return branches;
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    List<ConfigValue> values = new ArrayList<>();
    for (List<LayerSpec> branch : branches) {
      values.add(
          ConfigValueFactory.fromIterable(branch.stream().map(LayerSpec::toConfig).toList()));
    }
    return Map.of(BRANCHES, values);
  }

  @Override
  public StagePlan.Value addTo(StagePlan.Builder plan, Place place, StagePlan.Value input) {
    List<StagePlan.Value> ends = new ArrayList<>();
    for (int b = 0; b < branches.size(); b++) {
      ends.add(plan.addAll(branches.get(b), inBranch(place, b), input));
    }
    return plan.join(
        Join.CONCATENATE, ends, shape(ends.stream().map(StagePlan.Value::shape).toList()));
  }

  private static IntFunction<Place> inBranch(Place place, int branch) {
    String key = KIND.name() + "." + BRANCHES + "[" + branch + "]";
    String module = BRANCHES + "." + branch;
    return i -> place.in(key, module, i);
  }

  @Override
  public Outline outline(Place place, Shape input) {
    List<List<Outline>> inside = new ArrayList<>();
    for (int b = 0; b < branches.size(); b++) {
      inside.add(Outline.of(branches.get(b), inBranch(place, b), input));
    }
    List<Shape> ends = inside.stream().map(branch -> Outline.end(branch, input)).toList();
    return Outline.of(place, this, input, shape(ends), inside);
  }

  @Override
  public Notation notation(Shape input) {
    return new Notation("Concat", PYTHON, "Concat", Map.of("axis", 1), false);
  }

  private static Shape shape(List<Shape> ends) {
    Shape shape = ends.get(0);
    for (int b = 1; b < ends.size(); b++) {
      shape = beside(shape, ends.get(b), b);
    }
    return shape;
  }

  private static Shape beside(Shape shape, Shape next, int branch) {
    if (shape instanceof Shape.Vector vector && next instanceof Shape.Vector more) {
      return new Shape.Vector(Math.addExact(vector.size(), more.size()));
    }
    if (shape instanceof Shape.Image image
        && next instanceof Shape.Image more
        && image.height() == more.height()
        && image.width() == more.width()) {
      int channels = Math.addExact(image.channels(), more.channels());
      return new Shape.Image(channels, image.height(), image.width());
    }
    throw new InvalidInputException(
        String.format(
            "concat must join branches of one height and width, but branches[%d] makes a %s beside"
                + " a %s. Pad its windows by (kernel - 1) / 2 and give all branches the same"
                + " strides.",
            branch, next, shape));
  }
}

package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OutlineTest {
  private static void visit(List<Outline> layers, Consumer<Outline> visitor) {
    for (Outline layer : layers) {
      visitor.accept(layer);
      layer.branches().forEach(branch -> visit(branch, visitor));
    }
  }

  @Test
  void everyLayer_kinds_areAllThereAre() {
    Set<String> kinds = new TreeSet<>();

    visit(EveryLayer.network().outline(), outline -> kinds.add(outline.layer().kind()));

    assertEquals(LayerKinds.ALL.names(), List.copyOf(kinds));
  }

  @Test
  void outline_parameters_areTheNetworksInItsOrder() {
    Network network = EveryLayer.network();
    List<String> names = new ArrayList<>();

    visit(
        network.outline(),
        outline -> outline.parameters().forEach(parameter -> names.add(parameter.name())));

    assertEquals(network.parameters().stream().map(Parameter::name).toList(), names);
    assertEquals(
        network.parameterCount(),
        network.outline().stream().mapToLong(Outline::parameterCount).sum());
  }

  @Test
  void outline_reluBeforePooling_keepsTheWrittenOrder() {
    List<Outline> layers = TestNetworks.of(TestNetworks.CNN).outline();

    assertEquals("relu", layers.get(1).layer().kind());
    assertEquals(new Shape.Image(3, 10, 10), layers.get(1).output());
    assertEquals("maxPool2d", layers.get(2).layer().kind());
    assertEquals(new Shape.Image(3, 5, 5), layers.get(2).output());
  }

  @Test
  void outline_containers_nameAndShapeTheLayersInside() {
    Outline concat = EveryLayer.network().outline().get(5);

    assertEquals(new Shape.Image(4, 7, 7), concat.input());
    assertEquals(new Shape.Image(15, 7, 7), concat.output());
    assertEquals("5.branches.0.1", concat.branches().get(0).get(1).name());
    assertEquals(List.of(), concat.branches().get(1));
    assertEquals(15, concat.parameterCount());
  }

  @Test
  void notation_ofEveryLayer_hasAModuleAndAnOperator() {
    visit(
        EveryLayer.network().outline(),
        outline -> {
          assertFalse(outline.notation().module().isBlank(), outline::name);
          assertFalse(outline.notation().operator().isBlank(), outline::name);
          assertEquals(
              outline.branches().isEmpty(),
              outline.notation().definition().isEmpty(),
              outline::name);
        });
  }
}

package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import org.junit.jupiter.api.Test;

class NetworksTest {
  @Test
  void spec_everyKindOfLayer_isWhatARunFileSays() {
    assertEquals(
        TestNetworks.spec(
            """
            input = [3, 16, 16]
            layers = [
              {conv2d {filters = 4, kernel = 5}}, {conv2d {filters = 4, kernel = 3, padding = 1}}
              batchNorm2d, relu, {maxPool2d {kernel = 2}}, {maxPool2d {kernel = 3, stride = 1, padding = 1}}
              {avgPool2d {kernel = 2}}, {avgPool2d {kernel = 3, stride = 1, padding = 1}}
              {residual {layers = [tanh, {leakyRelu {slope = 0.1}}]}}
              {concat {branches = [[], [sigmoid, {dropout {rate = 0.5}}]]}}
              globalAvgPool2d, flatten, batchNorm1d, {dense {units = 7}}
            ]
            """),
        Networks.image(3, 16, 16)
            .conv2d(4, 5)
            .conv2d(4, 3, 1, 1)
            .batchNorm2d()
            .relu()
            .maxPool2d(2)
            .maxPool2d(3, 1, 1)
            .avgPool2d(2)
            .avgPool2d(3, 1, 1)
            .residual(f -> f.tanh().leakyRelu(0.1))
            .concat(f -> {}, f -> f.sigmoid().dropout(0.5))
            .globalAvgPool2d()
            .flatten()
            .batchNorm1d()
            .dense(7)
            .spec());
  }

  @Test
  void spec_ofVectors_hasTheirSize() {
    assertEquals(new Shape.Vector(20), Networks.vector(20).dense(3).spec().input());
  }

  @Test
  void spec_noLayers_saysThatOneIsNeeded() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Networks.vector(20).spec());

    assertEquals(
        "network.layers must name at least one layer, but was []. For MNIST start with [flatten,"
            + " {dense {units = 10}}].",
        e.getMessage());
  }
}

package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagePlanTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a convolution's output is of use in the pooling alone, whose output is the next one's
        // input
        "{conv2d {filters = 2, kernel = 3}}, relu, {maxPool2d {kernel = 2}},"
            + " {conv2d {filters = 2, kernel = 1}}, flatten, {dense {units = 2}} | x . x x x",
        // an activation knows its derivative by its output
        "{conv2d {filters = 2, kernel = 3}}, tanh, {avgPool2d {kernel = 2}}, flatten,"
            + " {dense {units = 2}} | x x x x",
        // normalisation keeps what it needs; a sum needs nothing
        "{conv2d {filters = 2, kernel = 3}}, batchNorm2d, {residual {layers = [{avgPool2d {kernel ="
            + " 3, stride = 1, padding = 1}}]}}, flatten, {dense {units = 2}} | x . . . x x",
      })
  void isReadAgain_anyBuffer_isWhetherItsValueIsOfUseGoingBack(String layers, String expected) {
    StagePlan plan = TestNetworks.of("input = [1, 8, 8], layers = [" + layers + "]").plan();

    List<String> read = new ArrayList<>();
    for (int buffer = 0; buffer < plan.sizes().size(); buffer++) {
      read.add(plan.isReadAgain(buffer) ? "x" : ".");
    }

    assertEquals(expected, String.join(" ", read));
  }
}

package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import org.junit.jupiter.api.Test;

class FirstFiltersTest {
  /** Its weights are 0, 1, 2 and so on. */
  private static TrainedNetwork counting(Networks.Layers layers) {
    Network network = Network.of(layers.spec());
    float[] weights = new float[network.parameterCount()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }
    return new TrainedNetwork(network, Normalization.NONE, weights);
  }

  @Test
  void of_severalChannels_areTheirMean() {
    FirstFilters filters =
        FirstFilters.of(counting(Networks.image(2, 4, 4).conv2d(3, 2).flatten().dense(2)));

    assertEquals(3, filters.units());
    assertArrayEquals(new float[] {2, 3, 4, 5}, filters.pictures().get(0)); // of 0 to 7
    assertArrayEquals(new float[] {10, 11, 12, 13}, filters.pictures().get(1));
    assertEquals(21, filters.largest());
  }

  @Test
  void of_denseOverAVector_isASquare() {
    FirstFilters filters = FirstFilters.of(counting(Networks.vector(9).dense(2)));

    assertEquals(3, filters.height());
    assertArrayEquals(new float[] {9, 10, 11, 12, 13, 14, 15, 16, 17}, filters.pictures().get(1));
  }

  @Test
  void of_weightsOverNoImage_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> FirstFilters.of(counting(Networks.vector(8).dense(2))));

    assertEquals(
        "The first layer's weights must be over an image to be shown, or over as many values as a"
            + " square one has, but 0.weight are [2, 8]. Give the network its images as"
            + " [channels, height, width].",
        e.getMessage());
  }
}

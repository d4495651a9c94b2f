package io.lockstep.notebook;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Parameter;
import io.lockstep.network.TrainedNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of the first layer, unit by unit. */
final class Filters {
  private static final int MOST = 32;

  private Filters() {}

  static List<Html.Picture> of(TrainedNetwork network) {
    Parameter first =
        network.network().parameters().stream()
            .filter(parameter -> parameter.role() == Parameter.Role.WEIGHT)
            .findFirst()
            .orElseThrow();
    int units = first.shape().get(0);
    int size = first.size() / units;
    int side = side(first);
    List<Html.Picture> pictures = new ArrayList<>();
    for (int unit = 0; unit < Math.min(MOST, units); unit++) {
      int from = first.offset() + unit * size;
      float[] weights = Arrays.copyOfRange(network.weights(), from, from + side * side);
      pictures.add(new Html.Picture(Raster.signed(weights, side), "unit " + unit, false));
    }
    return pictures;
  }

  /** Of a kernel, which is of the first channel where there are several; or of the whole input. */
  private static int side(Parameter weights) {
    List<Integer> shape = weights.shape();
    if (shape.size() == 4) {
      return shape.get(2);
    }
    int side = (int) Math.round(Math.sqrt(shape.get(1)));
    if (side * side != shape.get(1)) {
      throw new InvalidInputException(
          String.format(
              "The first layer's weights must be over a square image to be shown, but %s are %s.",
              weights.name(), shape));
    }
    return side;
  }
}

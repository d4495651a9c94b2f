package io.lockstep.report;

import io.lockstep.network.Parameter;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the first layer with weights looks for, as pictures: the kernels of a convolution, or the
 * weights of dense units over an image.
 *
 * @param parameter their name
 * @param units how many there are, of which the first are shown
 * @param height of each
 * @param width of each
 * @param pictures of the first units, row after row; the mean over several input channels
 */
record FirstFilters(String parameter, int units, int height, int width, List<float[]> pictures) {
  private static final int SHOWN = 32;
  private static final int MOST_PIXELS = 64 * 64;

  /** Those of {@code network}; empty if its first weights are over no image. */
  static Optional<FirstFilters> of(TrainedNetwork network, int imageHeight, int imageWidth) {
    return network.network().parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.WEIGHT)
        .findFirst()
        .flatMap(
            first -> {
              List<Integer> shape = first.shape();
              if (shape.size() == 4) {
                return Optional.of(
                    of(first, shape.get(1), shape.get(2), shape.get(3), network.weights()));
              }
              Shape input = network.network().spec().input();
              int channels = input instanceof Shape.Image image ? image.channels() : 1;
              boolean overImage =
                  shape.get(1) == channels * imageHeight * imageWidth
                      && imageHeight * imageWidth <= MOST_PIXELS;
              return overImage
                  ? Optional.of(of(first, channels, imageHeight, imageWidth, network.weights()))
                  : Optional.empty();
            });
  }

  private static FirstFilters of(
      Parameter weights, int channels, int height, int width, float[] all) {
    int units = weights.shape().get(0);
    int pixels = height * width;
    List<float[]> pictures = new ArrayList<>();
    for (int unit = 0; unit < Math.min(SHOWN, units); unit++) {
      float[] picture = new float[pixels];
      for (int i = 0; i < channels * pixels; i++) {
        picture[i % pixels] += all[weights.offset() + unit * channels * pixels + i] / channels;
      }
      pictures.add(picture);
    }
    return new FirstFilters(weights.name(), units, height, width, pictures);
  }

  Map<String, Object> toMap() {
    float largest = 0;
    for (float[] picture : pictures) {
      for (float value : picture) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    List<String> bytes = new ArrayList<>();
    for (float[] picture : pictures) {
      bytes.add(Base64.getEncoder().encodeToString(signed(picture, largest)));
    }
    return Map.of(
        "parameter", parameter,
        "units", units,
        "height", height,
        "width", width,
        "largest", (double) largest,
        "pictures", bytes);
  }

  private static byte[] signed(float[] values, float largest) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(largest == 0 ? 0 : 127 * values[i] / largest);
    }
    return bytes;
  }
}

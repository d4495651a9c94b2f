package io.lockstep.report;

import io.lockstep.base.InvalidInputException;
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
public record FirstFilters(
    String parameter, int units, int height, int width, List<float[]> pictures) {
  private static final int SHOWN = 32;
  private static final int MOST_PIXELS = 64 * 64;

  public FirstFilters {
    pictures = List.copyOf(pictures);
  }

  /**
   * Those of {@code network}, where its input is an image, or as many values as a square one has.
   *
   * @throws InvalidInputException if its first weights are over no image
   */
  public static FirstFilters of(TrainedNetwork network) {
    Shape input = network.network().spec().input();
    int side = (int) Math.round(Math.sqrt(input.size()));
    return (input instanceof Shape.Image image
            ? of(network, image.height(), image.width())
            : of(network, side, side))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The first layer's weights must be over an image to be shown, or over as many"
                        + " values as a square one has, but "
                        + first(network)
                            .map(first -> first.name() + " are " + first.shape())
                            .orElse("there are none")
                        + ". Give the network its images as [channels, height, width]."));
  }

  private static Optional<Parameter> first(TrainedNetwork network) {
    return network.network().parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.WEIGHT)
        .findFirst();
  }

  /** Those of {@code network} over such images; empty if its first weights are over none. */
  static Optional<FirstFilters> of(TrainedNetwork network, int imageHeight, int imageWidth) {
    return first(network)
        .flatMap(
            first -> {
              List<Integer> shape = first.shape();
              if (shape.size() == 4) {
                return Optional.of(of(network, first, shape.get(1), shape.get(2), shape.get(3)));
              }
              Shape input = network.network().spec().input();
              int channels = input instanceof Shape.Image image ? image.channels() : 1;
              int pixels = imageHeight * imageWidth;
              boolean overImage = pixels <= MOST_PIXELS && shape.get(1) == channels * pixels;
              return overImage
                  ? Optional.of(of(network, first, channels, imageHeight, imageWidth))
                  : Optional.empty();
            });
  }

  private static FirstFilters of(
      TrainedNetwork network, Parameter weights, int channels, int height, int width) {
    float[] all = network.weights();
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

  /** The largest of all weights, be they positive or negative. */
  public float largest() {
    float largest = 0;
    for (float[] picture : pictures) {
      for (float value : picture) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }

  Map<String, Object> toMap() {
    float largest = largest();
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

package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import java.io.Serializable;
import java.util.List;

/** What one example looks like between two layers: an image or a vector. */
public sealed interface Shape extends Serializable {

  /** Values per example. */
  int size();

  /** The dimensions as a configuration writes them. */
  List<Integer> dimensions();

  /**
   * {@code channels x height x width} values; channel varies slowest, x fastest.
   *
   * @param channels 1 for grayscale
   * @param height in pixels
   * @param width in pixels
   */
  record Image(int channels, int height, int width) implements Shape {
    public Image {
      Checks.requireAtLeastOne("image channels", channels);
      Checks.requireAtLeastOne("image height", height);
      Checks.requireAtLeastOne("image width", width);
    }

    @Override
    public int size() {
      return Math.multiplyExact(channels, pixels());
    }

    /** Pixels of one channel. */
    public int pixels() {
      return Math.multiplyExact(height, width);
    }

    @Override
    public List<Integer> dimensions() {
      return List.of(channels, height, width);
    }

    @Override
    public String toString() {
      return channels + " x " + height + " x " + width + " image";
    }
  }

  /** A vector of {@code size} values. */
  record Vector(int size) implements Shape {
    public Vector {
      Checks.requireAtLeastOne("vector size", size);
    }

    @Override
    public List<Integer> dimensions() {
      return List.of(size);
    }

    @Override
    public String toString() {
      return "vector of " + size;
    }
  }

  /** {@code [size]} or {@code [channels, height, width]}. */
  static Shape of(String name, List<Integer> dimensions) {
    try {
      return switch (dimensions.size()) {
        case 1 -> new Vector(dimensions.get(0));
        case 3 -> new Image(dimensions.get(0), dimensions.get(1), dimensions.get(2));
        default ->
            throw new InvalidInputException(
                "a shape must be [size] or [channels, height, width], but was " + dimensions);
      };
    } catch (InvalidInputException e) {
      throw new InvalidInputException(name + ": " + e.getMessage(), e);
    }
  }
}

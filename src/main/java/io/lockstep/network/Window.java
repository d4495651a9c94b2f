package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A square window that slides over a zero-padded image.
 *
 * <p>Output sizes follow Dumoulin and Visin, "A guide to convolution arithmetic for deep learning"
 * (arXiv:1603.07285v2), relationship 6: {@code floor((size + 2 * padding - kernel) / stride) + 1}.
 *
 * @param kernel side of the window in pixels; 1 to 32768
 * @param stride step between positions in pixels; 1 to 32768
 * @param padding pixels added to each of the four sides; 0 to 32768
 */
public record Window(int kernel, int stride, int padding) implements Serializable {
  /** Wider than any image here can be, and its square is no overflow. */
  private static final int MAX_SIZE = 1 << 15;

  public Window {
    Checks.requireAtLeastOne("kernel", kernel);
    Checks.requireAtLeastOne("stride", stride);
    Checks.requireAtLeastZero("padding", padding);
    requireAtMost("kernel", kernel);
    requireAtMost("stride", stride);
    requireAtMost("padding", padding);
  }

  /** Reads a pooling's {@code {kernel, stride = kernel, padding = 0}}. */
  static Window pooling(Settings settings) {
    int kernel = settings.intValue("kernel");
    return new Window(kernel, settings.intValue("stride", kernel), settings.intValue("padding", 0));
  }

  /** The settings in a configuration. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("kernel", kernel);
    settings.put("stride", stride);
    settings.put("padding", padding);
    return settings;
  }

  /** What a module of PyTorch takes after its kernel, where it is not the default. */
  String pythonSteps(int defaultStride) {
    return (stride == defaultStride ? "" : ", stride=" + stride)
        + (padding == 0 ? "" : ", padding=" + padding);
  }

  /** A pooling module of PyTorch. */
  String pythonPooling(String module) {
    return module + "(" + kernel + pythonSteps(kernel) + ")";
  }

  /** What ONNX's operators with a window have in common; may be added to. */
  Map<String, Object> onnxAttributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", List.of(kernel, kernel));
    attributes.put("strides", List.of(stride, stride));
    attributes.put("pads", List.of(padding, padding, padding, padding));
    return attributes;
  }

  private static void requireAtMost(String name, int value) {
    Checks.require(value <= MAX_SIZE, name + " must be at most " + MAX_SIZE, value);
  }

  /** The shape after sliding over {@code input} with {@code channels} results per position. */
  Shape.Image over(Shape.Image input, int channels) {
    return new Shape.Image(
        channels, positions("height", input.height()), positions("width", input.width()));
  }

  private int positions(String side, int size) {
    long room = size + 2L * padding - kernel;
    if (room < 0) {
      throw new InvalidInputException(
          String.format(
              "kernel %d does not fit a %s of %d padded by %d. Use a kernel of at most %d or a"
                  + " padding of at least %d.",
              kernel, side, size, padding, room + kernel, (kernel - size + 1) / 2));
    }
    return Math.toIntExact(room / stride) + 1;
  }
}

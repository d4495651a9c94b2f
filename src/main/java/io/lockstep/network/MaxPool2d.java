package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.Arrays;
import java.util.Map;

/**
 * The largest value of each window, PyTorch's {@code nn.MaxPool2d}: padding never wins, the first
 * of equal values does, NaN wins over numbers.
 *
 * @param window that slides over each channel
 */
public record MaxPool2d(Window window) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("maxPool2d", settings -> new MaxPool2d(Window.pooling(settings)));

  /** Windows of {@code kernel x kernel} pixels. */
  public MaxPool2d(int kernel, int stride, int padding) {
    this(new Window(kernel, stride, padding));
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return window.settings();
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of(window.pythonPooling("nn.MaxPool2d"), "MaxPool", window.onnxAttributes());
  }

  @Override
  public Layer on(Shape input) {
    return new Maximum(LayerSpec.image(kind(), input), window);
  }

  private record Maximum(Shape.Image inputShape, Window window) implements Layer {
    Maximum {
      Checks.require(
          window.padding() <= window.kernel() / 2,
          "maxPool2d padding must be at most half the kernel of " + window.kernel(),
          window.padding());
      new Frame(inputShape, window, Lanes.COUNT); // may not fit, or overflow
    }

    @Override
    public Shape.Image outputShape() {
      return window.over(inputShape, inputShape.channels());
    }

    /** Whether each pixel is in exactly one window. */
    private boolean disjoint() {
      return window.padding() == 0
          && window.stride() == window.kernel()
          && inputShape.height() % window.kernel() == 0
          && inputShape.width() % window.kernel() == 0;
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new MaximumPass(this, batch.width());
    }
  }

  private static final class MaximumPass implements Pass {
    private final boolean disjoint;
    private final boolean padded;
    private final Frame frame;
    private final float[] framed;
    private final float[] framedGradient;
    private final int[] windows;
    private final int[] taps;
    private final float[] winners;

    MaximumPass(Maximum layer, int width) {
      this.disjoint = layer.disjoint();
      this.padded = layer.window.padding() > 0;
      this.frame = new Frame(layer.inputShape, layer.window, width);
      this.framed = frame.newFramed(Float.NEGATIVE_INFINITY);
      this.framedGradient = frame.newFramed(0);
      this.windows = windows(layer.inputShape.channels());
      this.taps = frame.taps();
      this.winners = new float[Math.multiplyExact(windows.length, Lanes.COUNT)];
    }

    private int[] windows(int channels) {
      int[] ofChannel = frame.starts(Lanes.COUNT);
      int[] all = new int[Math.multiplyExact(channels, ofChannel.length)];
      for (int i = 0; i < all.length; i++) {
        all[i] = i / ofChannel.length * frame.channelSize() + ofChannel[i % ofChannel.length];
      }
      return all;
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      float[] pixels = frame.framed(input.data(), framed);
      KernelChoice.current().maxPool(pixels, windows, taps, output.data(), winners);
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      float[] result = padded ? framedGradient : inputGradient.data();
      if (!disjoint) {
        Arrays.fill(result, 0);
      }
      KernelChoice.current()
          .maxPoolGradient(outputGradient.data(), winners, windows, taps, result, disjoint);
      frame.unframe(framedGradient, inputGradient.data());
    }
  }
}

package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.lanes.Columns;
import io.lockstep.lanes.Distances;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Scales;
import io.lockstep.lanes.VectorMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The mean of each window, PyTorch's {@code nn.AvgPool2d} with its default {@code
 * count_include_pad=True}: padding counts as zeros, so every window divides by {@code kernel *
 * kernel}.
 *
 * @param window that slides over each channel
 */
public record AvgPool2d(Window window) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("avgPool2d", settings -> new AvgPool2d(Window.pooling(settings)));

  /** Windows of {@code kernel x kernel} pixels. */
  public AvgPool2d(int kernel, int stride, int padding) {
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
    Map<String, Object> attributes = window.onnxAttributes();
    attributes.put("count_include_pad", 1);
    return Notation.of(window.pythonPooling("nn.AvgPool2d"), "AveragePool", attributes);
  }

  @Override
  public Layer on(Shape input) {
    return new Mean(LayerSpec.image(kind(), input), window);
  }

  private record Mean(Shape.Image inputShape, Window window) implements Layer {
    Mean {
      Checks.require(
          window.padding() <= window.kernel() / 2,
          "avgPool2d padding must be at most half the kernel of " + window.kernel(),
          window.padding());
      new Frame(inputShape, window, Lanes.COUNT); // may not fit, or overflow
    }

    @Override
    public Shape.Image outputShape() {
      return window.over(inputShape, inputShape.channels());
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new MeanPass(this, batch.width());
    }
  }

  /** A convolution of each channel with equal weights. */
  private static final class MeanPass implements Pass {
    private final int channels;
    private final int outputSize;
    private final int inputSize;
    private final Frame frame;
    private final float[] framed;
    private final Scales shares;
    private final Distances taps;
    private final Columns positions;
    private final List<Reached> reached = new ArrayList<>();

    /** Pixels with the terms of their sum. */
    private record Reached(Columns pixels, Distances terms) {}

    MeanPass(Mean layer, int width) {
      this.channels = layer.inputShape.channels();
      this.inputSize = Math.multiplyExact(layer.inputShape.pixels(), width);
      this.frame = new Frame(layer.inputShape, layer.window, width);
      this.outputSize = Math.multiplyExact(frame.positions(), width);
      Math.multiplyExact(channels, outputSize);
      this.framed = frame.newFramed(0);
      int[] taps = frame.taps();
      this.taps = Distances.of(taps);
      this.shares = Scales.of(1, new int[taps.length]);
      float[] equal = {1f / taps.length};
      shares.pack(equal, 0, 0, 1);
      int[] starts = frame.starts(Lanes.COUNT);
      this.positions = Columns.of(starts, Distances.multiples(starts.length, Lanes.COUNT));
      Reach reach = new Reach(layer.inputShape, layer.window, width);
      for (Reach.Band band : reach.bands()) {
        for (Reach.Part part : band.parts()) {
          reached.add(new Reached(part.pixels(), terms(reach, band.rows(), part.columns())));
        }
      }
    }

    private static Distances terms(Reach reach, Reach.Span rows, Reach.Span columns) {
      int[] distances = new int[rows.count() * columns.count()];
      for (int i = 0; i < distances.length; i++) {
        int row = rows.from() + i / columns.count();
        int column = columns.from() + i % columns.count();
        distances[i] = -reach.distance(row, column);
      }
      return Distances.of(distances);
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      Kernels kernels = KernelChoice.current();
      float[] pixels = frame.framed(input.data(), framed);
      for (int channel = 0; channel < channels; channel++) {
        kernels.sumScaled(
            shares,
            pixels,
            channel * frame.channelSize(),
            taps,
            0,
            taps.count(),
            Kernels.First.zero(),
            output.data(),
            channel * outputSize,
            0,
            positions,
            false);
      }
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      Kernels kernels = KernelChoice.current();
      for (int channel = 0; channel < channels; channel++) {
        for (Reached some : reached) {
          kernels.sumScaled(
              shares,
              outputGradient.data(),
              channel * outputSize,
              some.terms,
              0,
              some.terms.count(),
              Kernels.First.zero(),
              inputGradient.data(),
              channel * inputSize,
              0,
              some.pixels,
              false);
        }
      }
    }
  }
}

package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.Arrays;

/**
 * The mean of each channel, as an image of one pixel: PyTorch's {@code nn.AdaptiveAvgPool2d(1)}.
 * Put flatten behind it.
 */
public record GlobalAvgPool2d() implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("globalAvgPool2d", settings -> new GlobalAvgPool2d());

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.AdaptiveAvgPool2d(1)", "GlobalAveragePool");
  }

  @Override
  public Layer on(Shape input) {
    return new ChannelMean(LayerSpec.image(kind(), input));
  }

  private record ChannelMean(Shape.Image inputShape) implements Layer {
    @Override
    public Shape.Image outputShape() {
      return new Shape.Image(inputShape.channels(), 1, 1);
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new ChannelMeans(inputShape.channels(), inputShape.pixels(), batch.width());
    }
  }

  private record ChannelMeans(int channels, int pixels, int width) implements Pass {
    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      float[] x = input.data();
      float[] y = output.data();
      Arrays.fill(y, 0);
      for (int pixel = 0; pixel < channels * pixels; pixel++) {
        int from = pixel * width;
        int to = pixel / pixels * width;
        for (int image = 0; image < width; image++) {
          y[to + image] += x[from + image];
        }
      }
      for (int i = 0; i < y.length; i++) {
        y[i] /= pixels;
      }
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      float[] g = outputGradient.data();
      float[] dx = inputGradient.data();
      for (int pixel = 0; pixel < channels * pixels; pixel++) {
        int from = pixel / pixels * width;
        int to = pixel * width;
        for (int image = 0; image < width; image++) {
          dx[to + image] = g[from + image] / pixels;
        }
      }
    }
  }
}

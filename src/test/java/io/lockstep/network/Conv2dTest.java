package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Conv2dTest {
  private static final int BATCH = 4;

  /** More examples than a vector has lanes. */
  private static final int LARGE_BATCH = 20;

  @ParameterizedTest
  @CsvSource({
    "1, 28, 28, 10, 5, 1, 0",
    "10, 12, 12, 20, 5, 1, 0",
    "3, 9, 7, 4, 3, 1, 1",
    "3, 9, 7, 4, 3, 2, 1",
    "2, 11, 10, 5, 4, 3, 2",
    "5, 6, 6, 3, 1, 1, 0",
    "5, 6, 6, 3, 1, 2, 0",
    "2, 4, 4, 3, 4, 1, 0",
    "2, 3, 2, 3, 5, 2, 3",
    "1, 1, 1, 1, 1, 1, 0"
  })
  void forward_equalsTheDefinition(
      int channels, int height, int width, int filters, int kernel, int stride, int padding) {
    Shape.Image image = new Shape.Image(channels, height, width);
    Layer conv = new Conv2d(filters, kernel, stride, padding).on(image);
    SplittableRandom random = new SplittableRandom(11);
    LayerRun run = new LayerRun(conv, BATCH);
    run.fill(LayerRun.draw(run.input.length, random), LayerRun.draw(conv.parameterCount(), random));

    run.forward();

    float[] expected = convolve(image, filters, kernel, stride, padding, run.input, run.parameters);
    assertArrayEquals(expected, run.output, 2e-5f);
  }

  /** The sum of products under each window position, loop by loop. */
  private static float[] convolve(
      Shape.Image in, int filters, int kernel, int stride, int padding, float[] x, float[] p) {
    int rows = (in.height() + 2 * padding - kernel) / stride + 1;
    int columns = (in.width() + 2 * padding - kernel) / stride + 1;
    float[] y = new float[BATCH * filters * rows * columns];
    int next = 0;
    for (int n = 0; n < BATCH; n++) {
      for (int f = 0; f < filters; f++) {
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            double sum = p[filters * in.channels() * kernel * kernel + f];
            for (int c = 0; c < in.channels(); c++) {
              for (int i = 0; i < kernel; i++) {
                for (int j = 0; j < kernel; j++) {
                  int r = row * stride + i - padding;
                  int s = column * stride + j - padding;
                  if (r >= 0 && r < in.height() && s >= 0 && s < in.width()) {
                    double pixel = x[((n * in.channels() + c) * in.height() + r) * in.width() + s];
                    sum += pixel * p[((f * in.channels() + c) * kernel + i) * kernel + j];
                  }
                }
              }
            }
            y[next++] = (float) sum;
          }
        }
      }
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 12, 12, 4, 5, 1, 0",
    "2, 6, 7, 5, 3, 1, 1",
    "3, 9, 8, 4, 3, 2, 1",
    "2, 9, 9, 6, 5, 2, 2",
    "2, 11, 9, 3, 5, 3, 1",
    "2, 7, 7, 3, 1, 2, 0",
    "2, 7, 8, 3, 2, 3, 0",
    "1, 10, 10, 2, 3, 1, 0"
  })
  void inputGradient_anyWindow_isOneChainOfColumnsRowsAndFilters(
      int channels, int height, int width, int filters, int kernel, int stride, int padding) {
    Shape.Image in = new Shape.Image(channels, height, width);
    Layer conv = new Conv2d(filters, kernel, stride, padding).on(in);
    Shape.Image out = (Shape.Image) conv.outputShape();
    SplittableRandom random = new SplittableRandom(12);
    LayerRun run = new LayerRun(conv, LARGE_BATCH);
    run.fill(LayerRun.draw(run.input.length, random), LayerRun.draw(conv.parameterCount(), random));
    System.arraycopy(
        LayerRun.draw(run.outputGradient.length, random),
        0,
        run.outputGradient,
        0,
        run.outputGradient.length);
    run.forward();

    run.computeInputGradient();

    float[] expected = new float[run.inputGradient.length];
    for (int i = 0; i < expected.length; i++) {
      int x = i % width + padding;
      int y = i / width % height + padding;
      int channel = i / width / height % channels;
      int example = i / in.size();
      float sum = 0;
      for (int column = 0; column < kernel; column++) {
        for (int row = 0; row < kernel; row++) {
          int atX = x - column;
          int atY = y - row;
          boolean isPosition = atX >= 0 && atY >= 0 && atX % stride == 0 && atY % stride == 0;
          if (isPosition && atX / stride < out.width() && atY / stride < out.height()) {
            int position = atY / stride * out.width() + atX / stride;
            for (int filter = 0; filter < filters; filter++) {
              float gradient =
                  run.outputGradient[example * out.size() + filter * out.pixels() + position];
              int weight = ((filter * channels + channel) * kernel + row) * kernel + column;
              sum = Math.fma(gradient, run.parameters[weight], sum);
            }
          }
        }
      }
      expected[i] = sum;
    }
    assertArrayEquals(expected, run.inputGradient);
  }

  @Test
  void parameters_haveTheNamesAndShapesOfPyTorch() {
    Layer conv = new Conv2d(7, 5, 1, 0).on(new Shape.Image(3, 8, 8));

    assertEquals(
        List.of(
            new Parameter("weight", Parameter.Role.WEIGHT, List.of(7, 3, 5, 5), 75, 175, 0),
            new Parameter("bias", Parameter.Role.BIAS, List.of(7), 75, 175, 525)),
        conv.parameters());
    assertEquals(532, conv.parameterCount());
  }

  @Test
  void outputShape_windowsThatDoNotFitWhole_areLeftOut() {
    Layer conv = new Conv2d(4, 3, 2, 1).on(new Shape.Image(1, 10, 7));

    assertEquals(new Shape.Image(4, 5, 4), conv.outputShape());
  }
}

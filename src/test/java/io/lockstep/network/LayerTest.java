package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every layer promises, by {@code loss = |y|^2 / 2}, whose output gradient is {@code y}. */
class LayerTest {
  private static final int BATCH = 3; // > 1: a wrong sum over the batch cannot hide

  private final SplittableRandom random = new SplittableRandom(7);

  static Stream<Named<Layer>> layers() {
    return Stream.of(
            dense(3, 4),
            dense(7, 1),
            dense(1, 5),
            conv(1, 6, 7, 2, 3, 1, 0),
            conv(1, 5, 5, 3, 1, 1, 0),
            conv(3, 5, 4, 2, 3, 1, 1),
            conv(2, 6, 6, 4, 2, 2, 0),
            conv(2, 7, 6, 3, 3, 2, 1),
            conv(2, 8, 7, 2, 3, 3, 2),
            conv(1, 9, 9, 2, 5, 3, 1),
            conv(2, 5, 5, 2, 4, 2, 3),
            conv(4, 4, 4, 3, 3, 1, 0), // more taps than positions
            conv(3, 3, 3, 5, 3, 1, 0), // one position
            conv(1, 2, 2, 2, 5, 1, 2), // the window is larger than the image
            conv(2, 4, 4, 2, 2, 3, 2), // windows that see only padding
            conv(2, 7, 8, 3, 2, 3, 0), // pixels that no window has
            conv(1, 10, 10, 2, 3, 1, 0), // output gradients a cache's way apart
            conv(2, 15, 16, 2, 3, 2, 1), // likewise
            maxPool(2, 4, 6, 2, 2, 0),
            maxPool(2, 5, 5, 2, 2, 0),
            maxPool(2, 6, 5, 3, 2, 1),
            maxPool(1, 5, 5, 3, 1, 0),
            maxPool(2, 4, 4, 2, 1, 1),
            maxPool(2, 7, 7, 2, 3, 0),
            avgPool(2, 4, 4, 2, 2, 0),
            avgPool(2, 5, 5, 3, 1, 1),
            avgPool(1, 6, 5, 3, 2, 1),
            avgPool(2, 7, 7, 2, 3, 0), // pixels that no window has
            new Relu().on(new Shape.Image(2, 3, 4)),
            new Relu().on(new Shape.Vector(5)),
            new LeakyRelu(0.1).on(new Shape.Image(2, 3, 4)),
            new LeakyRelu(0).on(new Shape.Vector(5)),
            new Tanh().on(new Shape.Image(2, 3, 4)),
            new Sigmoid().on(new Shape.Vector(5)),
            new Dropout(0.5).on(new Shape.Vector(5)),
            new GlobalAvgPool2d().on(new Shape.Image(3, 4, 5)),
            new GlobalAvgPool2d().on(new Shape.Image(2, 1, 1)))
        .map(layer -> Named.of(layer.toString(), layer));
  }

  static Stream<Named<Layer>> learningLayers() {
    return layers().filter(named -> named.getPayload().parameterCount() > 0);
  }

  @ParameterizedTest
  @MethodSource("learningLayers")
  void parameterGradient_matchesCentralDifferences(Layer layer) {
    LayerRun run = afterForward(layer);

    GradientCheck.assertGradient(
        layer + " parameters", run.parameters, run.parameterGradient(), () -> loss(run));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void inputGradient_matchesCentralDifferences(Layer layer) {
    LayerRun run = afterForward(layer);
    run.parameterGradient();
    run.computeInputGradient();
    float[] analytic = run.inputGradient.clone();

    GradientCheck.assertGradient(layer + " input", run.input, analytic, () -> loss(run));
  }

  @ParameterizedTest
  @MethodSource("learningLayers")
  void parameterGradient_accumulating_addsAndStaysInItsSlice(Layer layer) {
    LayerRun run = afterForward(layer);
    float[] overwritten = run.parameterGradient(1000, false);
    float[] added = run.parameterGradient(0.5f, true);

    int end = LayerRun.OFFSET + layer.parameterCount();
    for (int i = 0; i < added.length; i++) {
      boolean own = i >= LayerRun.OFFSET && i < end;
      assertEquals(own ? overwritten[i] + 0.5f : 0.5f, added[i], 1e-4f, "value " + i);
      if (!own) {
        assertEquals(1000f, overwritten[i], "value " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void forward_exampleAloneOrInABatch_givesTheSameValues(Layer layer) {
    LayerRun run = afterForward(layer);
    int inputs = layer.inputShape().size();
    int outputs = layer.outputShape().size();
    for (int example = 0; example < BATCH; example++) {
      LayerRun alone = new LayerRun(layer, 1);
      alone.fill(
          Arrays.copyOfRange(run.input, example * inputs, (example + 1) * inputs), run.parameters);
      alone.forward();

      assertArrayEquals(
          Arrays.copyOfRange(run.output, example * outputs, (example + 1) * outputs),
          alone.output,
          0);
    }
  }

  static Stream<Named<Layer>> inPlaceLayers() {
    return layers().filter(named -> named.getPayload().inPlace());
  }

  @ParameterizedTest
  @MethodSource("inPlaceLayers")
  void inPlaceLayer_onSharedStorage_givesTheSameBits(Layer layer) {
    LayerRun apart = afterForward(layer);
    apart.computeInputGradient();
    float[][] shared = apart.inPlace();

    assertArrayEquals(apart.output, shared[0]);
    assertArrayEquals(apart.inputGradient, shared[1]);
  }

  private LayerRun afterForward(Layer layer) {
    LayerRun run = new LayerRun(layer, BATCH);
    boolean kinks = layer instanceof Activation.Pointwise || layer.toString().startsWith("Maximum");
    int inputs = run.input.length;
    run.fill(
        kinks ? awayFromKinks(inputs) : LayerRun.draw(inputs, random),
        LayerRun.draw(layer.parameterCount(), random));
    run.forward();
    System.arraycopy(run.output, 0, run.outputGradient, 0, run.output.length);
    return run;
  }

  /**
   * Distinct values in random order, none within two steps of 0 or of each other, so that neither a
   * ReLU nor a maximum changes its mind when one of them moves by a step.
   */
  private float[] awayFromKinks(int count) {
    float[] values = new float[count];
    float gap = 2.5f * GradientCheck.STEP;
    for (int i = 0; i < count; i++) {
      values[i] = (i % 2 == 0 ? 1 : -1) * gap * (1 + i / 2);
      if (Math.abs(values[i]) > 1) {
        // The step grows with the value beyond 1.
        values[i] *= Math.abs(values[i]);
      }
    }
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }

  private static double loss(LayerRun run) {
    run.forward();
    double sum = 0;
    for (float y : run.output) {
      sum += 0.5 * y * y;
    }
    return sum;
  }

  private static Layer dense(int inputs, int units) {
    return new Dense(units).on(new Shape.Vector(inputs));
  }

  private static Layer conv(
      int channels, int height, int width, int filters, int kernel, int stride, int padding) {
    return new Conv2d(filters, kernel, stride, padding)
        .on(new Shape.Image(channels, height, width));
  }

  private static Layer maxPool(
      int channels, int height, int width, int kernel, int stride, int padding) {
    return new MaxPool2d(kernel, stride, padding).on(new Shape.Image(channels, height, width));
  }

  private static Layer avgPool(
      int channels, int height, int width, int kernel, int stride, int padding) {
    return new AvgPool2d(kernel, stride, padding).on(new Shape.Image(channels, height, width));
  }
}

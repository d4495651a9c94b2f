package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PyTorchLayersTest does not see. */
class BatchNormTest {
  private final SplittableRandom random = new SplittableRandom(3);

  private LayerRun learning(Layer layer, int batch) {
    LayerRun run = new LayerRun(layer, batch);
    run.learn();
    run.fill(
        LayerRun.draw(run.input.length, random), LayerRun.draw(layer.parameterCount(), random));
    run.forward();
    return run;
  }

  private static Layer ofImages() {
    return new BatchNorm2d(0.1, 1e-3).on(new Shape.Image(2, 3, 4));
  }

  private static Layer ofVectors() {
    return new BatchNorm1d(0.1, 1e-3).on(new Shape.Vector(5));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 21})
  void gradients_learning_matchCentralDifferences(int batch) {
    for (Layer layer : new Layer[] {ofImages(), ofVectors()}) {
      LayerRun run = learning(layer, batch);
      float[] direction = LayerRun.draw(run.output.length, random);
      System.arraycopy(direction, 0, run.outputGradient, 0, direction.length);
      float[] ofParameters = run.parameterGradient();
      run.computeInputGradient();

      GradientCheck.assertGradient(
          layer + " input", run.input, run.inputGradient.clone(), () -> along(run, direction));
      int learned = layer.parameterCount() / 2;
      float[] weightsAndBiases = Arrays.copyOf(run.parameters, learned);
      GradientCheck.assertGradient(
          layer + " weights and biases",
          weightsAndBiases,
          Arrays.copyOf(ofParameters, learned),
          () -> {
            System.arraycopy(weightsAndBiases, 0, run.parameters, 0, learned);
            return along(run, direction);
          });
    }
  }

  private static double along(LayerRun run, float[] direction) {
    run.forward();
    double sum = 0;
    for (int i = 0; i < direction.length; i++) {
      sum += (double) direction[i] * run.output[i];
    }
    return sum;
  }

  @Test
  void parameterGradient_accumulating_addsEachSum() {
    LayerRun run = learning(ofImages(), 4);
    System.arraycopy(run.output, 0, run.outputGradient, 0, run.output.length);
    float[] once = run.parameterGradient();
    float[] added = run.parameterGradient(0.5f, true);

    for (int i = 0; i < once.length; i++) {
      assertEquals(once[i] + 0.5f, added[LayerRun.OFFSET + i], "value " + i);
    }
  }

  @Test
  void forward_learning_doesNotLookAtTheRunningStatistics() {
    LayerRun run = learning(ofImages(), 4);
    float[] y = run.output.clone();

    Arrays.fill(run.parameters, 4, 8, Float.NaN);
    run.forward();

    assertArrayEquals(y, run.output);
  }
}

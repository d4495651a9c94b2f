package io.lockstep.network;

import io.lockstep.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One layer with memory of its own, all of it filled with NaN first: what a layer promises to
 * overwrite must not be read. Parameters stand behind an offset, as in a network's vector.
 */
final class LayerRun {
  static final int OFFSET = 3;

  final Layer layer;
  final Matrix input;
  final Matrix output;
  final Matrix outputGradient;
  final Matrix inputGradient;
  final float[] parameters;
  final Scratch scratch;

  LayerRun(Layer layer, int batch) {
    this.layer = layer;
    this.input = nan(layer.inputShape(), batch);
    this.output = nan(layer.outputShape(), batch);
    this.outputGradient = nan(layer.outputShape(), batch);
    this.inputGradient = nan(layer.inputShape(), batch);
    this.parameters = new float[layer.parameterCount()];
    this.scratch = layer.newScratch(batch);
    for (float[] memory :
        List.of(scratch.patches, scratch.strips, scratch.transposed, scratch.byFilter)) {
      Arrays.fill(memory, Float.NaN);
    }
  }

  private static Matrix nan(Shape shape, int batch) {
    Matrix matrix = Matrix.zeros(shape.size(), batch);
    Arrays.fill(matrix.data(), Float.NaN);
    return matrix;
  }

  static float[] draw(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  void fill(float[] x, float[] weights) {
    System.arraycopy(x, 0, input.data(), 0, input.size());
    System.arraycopy(weights, 0, parameters, 0, parameters.length);
  }

  private ParameterSlice slice() {
    float[] vector = new float[OFFSET + parameters.length];
    Arrays.fill(vector, 0, OFFSET, Float.NaN);
    System.arraycopy(parameters, 0, vector, OFFSET, parameters.length);
    return new ParameterSlice(vector, OFFSET);
  }

  void forward() {
    Arrays.fill(output.data(), Float.NaN);
    layer.forward(input, slice(), output, scratch);
  }

  /** The whole vector, of which {@link #OFFSET} values and one at the end are not the layer's. */
  float[] parameterGradient(float initial, boolean accumulate) {
    float[] vector = new float[OFFSET + parameters.length + 1];
    Arrays.fill(vector, initial);
    layer.parameterGradient(
        input, outputGradient, new ParameterSlice(vector, OFFSET), accumulate, scratch);
    return vector;
  }

  /** The layer's part of {@link #parameterGradient(float, boolean)}. */
  float[] parameterGradient() {
    return Arrays.copyOfRange(
        parameterGradient(Float.NaN, false), OFFSET, OFFSET + parameters.length);
  }

  void computeInputGradient() {
    layer.inputGradient(output, outputGradient, slice(), inputGradient, scratch);
  }
}

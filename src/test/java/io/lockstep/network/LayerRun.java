package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One layer with memory of its own, all of it filled with NaN first: what a layer promises to
 * overwrite must not be read. Parameters stand behind an offset, as in a network's vector. Values
 * are given and read example after example.
 */
final class LayerRun {
  static final int OFFSET = 3;

  final Layer layer;
  final int batch;
  final float[] input;
  final float[] output;
  final float[] outputGradient;
  final float[] inputGradient;
  final float[] parameters;
  private final Batch context;
  private final Pass pass;
  private final Lanes inputLanes;
  private final Lanes outputLanes;
  private final Lanes outputGradientLanes;
  private final Lanes inputGradientLanes;

  LayerRun(Layer layer, int batch) {
    int width = Lanes.width(batch);
    this.layer = layer;
    this.batch = batch;
    this.input = nan(layer.inputShape().size() * batch);
    this.output = nan(layer.outputShape().size() * batch);
    this.outputGradient = nan(layer.outputShape().size() * batch);
    this.inputGradient = nan(layer.inputShape().size() * batch);
    this.parameters = new float[layer.parameterCount()];
    this.context = new Batch(width, false);
    this.pass = layer.newPass(context, VectorMemory.large());
    this.inputLanes = Lanes.zeros(layer.inputShape().size(), width);
    this.outputLanes = Lanes.zeros(layer.outputShape().size(), width);
    this.outputGradientLanes = Lanes.zeros(layer.outputShape().size(), width);
    this.inputGradientLanes = Lanes.zeros(layer.inputShape().size(), width);
  }

  private static float[] nan(int count) {
    float[] values = new float[count];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  static float[] draw(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  void fill(float[] x, float[] weights) {
    System.arraycopy(x, 0, input, 0, input.length);
    System.arraycopy(weights, 0, parameters, 0, parameters.length);
  }

  /** From now on, what passes is learned from, and counts as many as it has examples. */
  void learn() {
    context.learn(batch, true);
    context.setWeight(batch);
  }

  private float[] vector() {
    float[] vector = new float[OFFSET + parameters.length];
    Arrays.fill(vector, 0, OFFSET, Float.NaN);
    System.arraycopy(parameters, 0, vector, OFFSET, parameters.length);
    return vector;
  }

  void forward() {
    inputLanes.fill(input, 0, batch);
    Arrays.fill(outputLanes.data(), Float.NaN);
    pass.forward(inputLanes, vector(), OFFSET, outputLanes);
    outputLanes.copyTo(output, 0, outputLanes.size(), 0, batch);
  }

  /** What a layer says that it does not read again holds its gradient by then. */
  private void overwriteWhatIsNotRead() {
    if (!layer.readsInput()) {
      Arrays.fill(inputLanes.data(), Float.NaN);
    }
    if (!layer.readsOutput()) {
      Arrays.fill(outputLanes.data(), Float.NaN);
    }
  }

  /** The whole vector, of which {@link #OFFSET} values and one at the end are not the layer's. */
  float[] parameterGradient(float initial, boolean add) {
    float[] vector = new float[OFFSET + parameters.length + 1];
    Arrays.fill(vector, initial);
    sum(Rows.whole(batch, vector, add));
    return vector;
  }

  /** Has the layer sum {@code shares}, whose vectors have its parameters at {@link #OFFSET}. */
  void sum(Shares shares) {
    outputGradientLanes.fill(outputGradient, 0, batch);
    overwriteWhatIsNotRead();
    pass.parameterGradient(inputLanes, outputGradientLanes, shares, OFFSET);
  }

  /** The layer's part of {@link #parameterGradient(float, boolean)}. */
  float[] parameterGradient() {
    return Arrays.copyOfRange(
        parameterGradient(Float.NaN, false), OFFSET, OFFSET + parameters.length);
  }

  void computeInputGradient() {
    outputGradientLanes.fill(outputGradient, 0, batch);
    Arrays.fill(inputGradientLanes.data(), Float.NaN);
    overwriteWhatIsNotRead();
    pass.inputGradient(outputLanes, outputGradientLanes, vector(), OFFSET, inputGradientLanes);
    inputGradientLanes.copyTo(inputGradient, 0, inputGradientLanes.size(), 0, batch);
  }

  /** The output and input gradient of an in-place layer that really works in place. */
  float[][] inPlace() {
    Lanes shared = inputLanes;
    shared.fill(input, 0, batch);
    pass.forward(shared, vector(), OFFSET, shared);
    outputGradientLanes.fill(outputGradient, 0, batch);
    pass.inputGradient(shared, outputGradientLanes, vector(), OFFSET, outputGradientLanes);
    float[][] result = {new float[output.length], new float[inputGradient.length]};
    shared.copyTo(result[0], 0, shared.size(), 0, batch);
    outputGradientLanes.copyTo(result[1], 0, outputGradientLanes.size(), 0, batch);
    return result;
  }
}

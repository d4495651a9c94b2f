package io.lockstep.network;

import static io.lockstep.linalg.Blas.Operand.AS_STORED;
import static io.lockstep.linalg.Blas.Operand.TRANSPOSED;

import io.lockstep.linalg.Blas;
import io.lockstep.linalg.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * A 2-D convolution over zero-padded images, PyTorch's {@code nn.Conv2d} (a cross-correlation: the
 * filters are not flipped).
 *
 * <ul>
 *   <li>weight: {@code filters x channels x kernel x kernel}
 *   <li>bias: {@code filters}
 *   <li>parameters: {@code filters * channels * kernel * kernel + filters}
 * </ul>
 *
 * <p>Each image is one product of its {@link Patches} with the filters. One image at a time is
 * faster than the whole batch: the product stays under the million multiplications up to which
 * OpenBLAS skips the packing of its operands (measured: 2.6 against 11 microseconds an image for
 * 5x5, 1 to 10 channels). It also makes an image's result independent of its neighbours.
 *
 * <p>The scratch keeps every image's patches for the weight gradient. It holds {@code positions}
 * ones for the bias gradient.
 */
record Conv2d(Patches patches, Shape.Image outputShape) implements Layer {
  static Conv2d of(Shape.Image input, Window window, int filters) {
    return new Conv2d(Patches.of(input, window), window.over(input, filters));
  }

  @Override
  public Shape.Image inputShape() {
    return patches.image();
  }

  private int filters() {
    return outputShape.channels();
  }

  private int weights() {
    return Math.multiplyExact(filters(), patches.taps());
  }

  @Override
  public List<Parameter> parameters() {
    int kernel = patches.window().kernel();
    int fanIn = patches.taps();
    int fanOut = Math.multiplyExact(filters(), kernel * kernel);
    List<Integer> shape = List.of(filters(), inputShape().channels(), kernel, kernel);
    return List.of(
        new Parameter("weight", shape, fanIn, fanOut, 0),
        new Parameter("bias", List.of(filters()), fanIn, fanOut, weights()));
  }

  @Override
  public Scratch newScratch(int batch) {
    int patchValues = Math.multiplyExact(patches.size(), batch);
    return Scratch.ofPatches(patchValues, patches.stripsSize(), patches.positions());
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    int positions = patches.positions();
    float[] weights = parameters.values();
    int weight = parameters.offset();
    int bias = weight + weights();
    for (int image = 0; image < input.columns(); image++) {
      int imagePatches = image * patches.size();
      int result = output.columnOffset(image);
      patches.gather(
          input.data(), input.columnOffset(image), scratch.strips, scratch.patches, imagePatches);
      for (int filter = 0; filter < filters(); filter++) {
        int start = result + filter * positions;
        Arrays.fill(output.data(), start, start + positions, weights[bias + filter]);
      }
      Blas.multiply(
          AS_STORED,
          AS_STORED,
          positions,
          filters(),
          patches.taps(),
          scratch.patches,
          imagePatches,
          weights,
          weight,
          true,
          output.data(),
          result);
    }
  }

  @Override
  public void parameterGradient(
      Matrix input,
      Matrix outputGradient,
      ParameterSlice gradientSum,
      boolean accumulate,
      Scratch scratch) {
    int positions = patches.positions();
    float[] sums = gradientSum.values();
    int weight = gradientSum.offset();
    int bias = weight + weights();
    if (!accumulate) {
      Arrays.fill(sums, weight, bias + filters(), 0);
    }
    for (int image = 0; image < input.columns(); image++) {
      int gradient = outputGradient.columnOffset(image);
      Blas.multiply(
          TRANSPOSED,
          AS_STORED,
          patches.taps(),
          filters(),
          positions,
          scratch.patches,
          image * patches.size(),
          outputGradient.data(),
          gradient,
          true,
          sums,
          weight);
      Blas.addColumnSums(
          positions, filters(), outputGradient.data(), gradient, scratch.ones, sums, bias);
    }
  }

  /** Overwrites the scratch's patches, which {@link #parameterGradient} no longer needs. */
  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    float[] result = inputGradient.data();
    for (int image = 0; image < outputGradient.columns(); image++) {
      Blas.multiply(
          AS_STORED,
          TRANSPOSED,
          patches.positions(),
          patches.taps(),
          filters(),
          outputGradient.data(),
          outputGradient.columnOffset(image),
          parameters.values(),
          parameters.offset(),
          false,
          scratch.patches,
          0);
      int start = inputGradient.columnOffset(image);
      Arrays.fill(result, start, start + inputGradient.rows(), 0);
      patches.scatterAdd(scratch.patches, 0, scratch.strips, result, start);
    }
  }
}

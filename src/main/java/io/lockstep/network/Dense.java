package io.lockstep.network;

import static io.lockstep.linalg.Blas.Operand.AS_STORED;
import static io.lockstep.linalg.Blas.Operand.TRANSPOSED;

import io.lockstep.linalg.Blas;
import io.lockstep.linalg.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = W x + b}, PyTorch's {@code nn.Linear}.
 *
 * <ul>
 *   <li>weight: {@code units x inputs}, input varying fastest
 *   <li>bias: {@code units}
 *   <li>parameters: {@code units * inputs + units}
 * </ul>
 *
 * <p>The scratch holds {@code batch} ones for the bias gradient.
 */
record Dense(Shape.Vector inputShape, Shape.Vector outputShape) implements Layer {
  private int inputs() {
    return inputShape.size();
  }

  private int units() {
    return outputShape.size();
  }

  @Override
  public List<Parameter> parameters() {
    int weights = Math.multiplyExact(units(), inputs());
    return List.of(
        new Parameter("weight", List.of(units(), inputs()), inputs(), units(), 0),
        new Parameter("bias", List.of(units()), inputs(), units(), weights));
  }

  @Override
  public Scratch newScratch(int batch) {
    return Scratch.ofOnes(batch);
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    int batch = input.columns();
    float[] weights = parameters.values();
    int weight = parameters.offset();
    int bias = weight + units() * inputs();
    for (int example = 0; example < batch; example++) {
      System.arraycopy(weights, bias, output.data(), output.columnOffset(example), units());
    }
    Blas.multiply(
        TRANSPOSED,
        AS_STORED,
        units(),
        batch,
        inputs(),
        weights,
        weight,
        input.data(),
        0,
        true,
        output.data(),
        0);
  }

  @Override
  public void parameterGradient(
      Matrix input,
      Matrix outputGradient,
      ParameterSlice gradientSum,
      boolean accumulate,
      Scratch scratch) {
    int batch = input.columns();
    float[] sums = gradientSum.values();
    int weight = gradientSum.offset();
    int bias = weight + units() * inputs();
    Blas.multiply(
        AS_STORED,
        TRANSPOSED,
        inputs(),
        units(),
        batch,
        input.data(),
        0,
        outputGradient.data(),
        0,
        accumulate,
        sums,
        weight);
    if (!accumulate) {
      Arrays.fill(sums, bias, bias + units(), 0);
    }
    Blas.addRowSums(units(), batch, outputGradient.data(), scratch.ones, sums, bias);
  }

  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    Blas.multiply(
        AS_STORED,
        AS_STORED,
        inputs(),
        outputGradient.columns(),
        units(),
        parameters.values(),
        parameters.offset(),
        outputGradient.data(),
        0,
        false,
        inputGradient.data(),
        0);
  }
}

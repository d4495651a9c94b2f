package io.lockstep.network;

import io.lockstep.linalg.Matrix;

/**
 * An image seen as a vector, PyTorch's {@code nn.Flatten}. Columns hold images in that order
 * already, so in place there is nothing to do.
 */
record Flatten(Shape inputShape) implements Layer {
  @Override
  public Shape.Vector outputShape() {
    return new Shape.Vector(inputShape.size());
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    copy(input, output);
  }

  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    copy(outputGradient, inputGradient);
  }

  private static void copy(Matrix from, Matrix to) {
    if (from.data() != to.data()) {
      System.arraycopy(from.data(), 0, to.data(), 0, from.size());
    }
  }
}

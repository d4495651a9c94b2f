package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.linalg.Matrix;
import java.util.Arrays;

/**
 * The mean of each window, PyTorch's {@code nn.AvgPool2d} with its default {@code
 * count_include_pad=True}: padding counts as zeros, so every window divides by {@code kernel *
 * kernel}.
 */
record AvgPool2d(Shape.Image inputShape, Window window) implements Layer {
  AvgPool2d {
    Checks.require(
        window.padding() <= window.kernel() / 2,
        "avgPool2d padding must be at most half the kernel of " + window.kernel(),
        window.padding());
    window.over(inputShape, inputShape.channels());
  }

  @Override
  public Shape.Image outputShape() {
    return window.over(inputShape, inputShape.channels());
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    float[] y = output.data();
    Arrays.fill(y, 0, output.size(), 0);
    float[] x = input.data();
    visit(input.columns(), (in, out) -> y[out] += x[in] / area());
  }

  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    float[] result = inputGradient.data();
    Arrays.fill(result, 0, inputGradient.size(), 0);
    float[] gradient = outputGradient.data();
    visit(outputGradient.columns(), (in, out) -> result[in] += gradient[out] / area());
  }

  private float area() {
    return window.kernel() * window.kernel();
  }

  @FunctionalInterface
  private interface Pair {
    void visit(int input, int output);
  }

  /** Calls {@code pair} for every pixel of every window, both indices from the batch's start. */
  private void visit(int batch, Pair pair) {
    int height = inputShape.height();
    int width = inputShape.width();
    Shape.Image out = outputShape();
    int next = 0;
    for (int plane = 0; plane < inputShape.channels() * batch; plane++) {
      for (int row = 0; row < out.height(); row++) {
        int top = row * window.stride() - window.padding();
        for (int column = 0; column < out.width(); column++) {
          int left = column * window.stride() - window.padding();
          for (int i = Math.max(top, 0); i < Math.min(top + window.kernel(), height); i++) {
            for (int j = Math.max(left, 0); j < Math.min(left + window.kernel(), width); j++) {
              pair.visit((plane * height + i) * width + j, next);
            }
          }
          next++;
        }
      }
    }
  }
}

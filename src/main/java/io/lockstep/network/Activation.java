package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;

/**
 * A function of each value alone, whose derivative its result tells: it is computed in place, and
 * has nothing to learn.
 */
interface Activation extends LayerSpec.Leaf {
  /** Computes {@code y[i] = f(x[i])}; the arrays may be one. */
  void apply(float[] x, float[] y);

  /**
   * Computes {@code result[i] = gradient[i] * f'(x[i])} from {@code y[i] = f(x[i])}; may be one.
   */
  void derive(float[] y, float[] gradient, float[] result);

  @Override
  default Layer on(Shape input) {
    return new Pointwise(this, input);
  }

  /** An activation of values of a shape. */
  record Pointwise(Activation function, Shape inputShape) implements Layer {
    @Override
    public Shape outputShape() {
      return inputShape;
    }

    @Override
    public boolean inPlace() {
      return true;
    }

    @Override
    public boolean readsOutput() {
      return true;
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new ActivationPass(function);
    }
  }

  /** An activation at work. */
  record ActivationPass(Activation function) implements Pass {
    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      function.apply(input.data(), output.data());
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      function.derive(output.data(), outputGradient.data(), inputGradient.data());
    }
  }
}

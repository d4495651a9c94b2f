package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/**
 * An image seen as a vector, PyTorch's {@code nn.Flatten}. Lanes hold images in that order already,
 * so in place there is nothing to do.
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
  public Pass newPass(int width) {
    return new FlattenPass();
  }

  private static final class FlattenPass implements Pass {
    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      copy(input, output);
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      copy(outputGradient, inputGradient);
    }

    private static void copy(Lanes from, Lanes to) {
      if (from.data() != to.data()) {
        System.arraycopy(from.data(), 0, to.data(), 0, from.data().length);
      }
    }
  }
}

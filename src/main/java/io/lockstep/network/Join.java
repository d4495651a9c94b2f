package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/** Where several values become one. Nothing to learn, nothing to remember. */
enum Join {
  /** The sum of values of one shape, in their order. */
  ADD {
    @Override
    void forward(Lanes[] inputs, Lanes output) {
      float[] y = output.data();
      System.arraycopy(inputs[0].data(), 0, y, 0, y.length);
      for (int i = 1; i < inputs.length; i++) {
        output.add(inputs[i]);
      }
    }

    @Override
    void inputGradient(Lanes outputGradient, int at, Lanes inputGradient, boolean add) {
      give(outputGradient.data(), 0, inputGradient.data(), add);
    }
  },

  /** One value after another: for images of one height and width, along the channels. */
  CONCATENATE {
    @Override
    void forward(Lanes[] inputs, Lanes output) {
      int at = 0;
      for (Lanes input : inputs) {
        System.arraycopy(input.data(), 0, output.data(), at, input.data().length);
        at += input.data().length;
      }
    }

    @Override
    void inputGradient(Lanes outputGradient, int at, Lanes inputGradient, boolean add) {
      int from = at * outputGradient.width();
      give(outputGradient.data(), from, inputGradient.data(), add);
    }
  };

  /** Computes {@code output}, overwriting it; it shares no memory with an input. */
  abstract void forward(Lanes[] inputs, Lanes output);

  /**
   * Gives an input its gradient.
   *
   * @param at values of one image in the inputs before it
   * @param add adds to {@code inputGradient} when true, overwrites it when false
   */
  abstract void inputGradient(Lanes outputGradient, int at, Lanes inputGradient, boolean add);

  private static void give(float[] g, int at, float[] dx, boolean add) {
    if (!add) {
      System.arraycopy(g, at, dx, 0, dx.length);
      return;
    }
    for (int i = 0; i < dx.length; i++) {
      dx[i] += g[at + i];
    }
  }
}

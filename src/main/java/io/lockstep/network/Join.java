package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import java.io.Serializable;

/** Where several values become one. Nothing to learn, nothing to remember. */
enum Join implements Serializable {
  /** The sum of values of one shape, in their order. */
  ADD {
    @Override
    void forward(Lanes[] inputs, Lanes output) {
      float[] y = output.data();
      copy(inputs[0].data(), 0, y, 0, y.length);
      for (int i = 1; i < inputs.length; i++) {
        add(inputs[i].data(), 0, y, 0, y.length);
      }
    }

    @Override
    void inputGradient(Lanes outputGradient, int at, Lanes inputGradient, boolean add) {
      float[] g = outputGradient.data();
      give(g, 0, inputGradient.data(), g.length, add);
    }
  },

  /** One value after another: for images of one height and width, along the channels. */
  CONCATENATE {
    @Override
    void forward(Lanes[] inputs, Lanes output) {
      int at = 0;
      for (Lanes input : inputs) {
        copy(input.data(), 0, output.data(), at, input.data().length);
        at += input.data().length;
      }
    }

    @Override
    void inputGradient(Lanes outputGradient, int at, Lanes inputGradient, boolean add) {
      float[] dx = inputGradient.data();
      give(outputGradient.data(), at * outputGradient.width(), dx, dx.length, add);
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

  private static void give(float[] g, int at, float[] dx, int count, boolean add) {
    if (add) {
      add(g, at, dx, 0, count);
    } else {
      copy(g, at, dx, 0, count);
    }
  }

  private static void copy(float[] from, int at, float[] to, int toAt, int count) {
    System.arraycopy(from, at, to, toAt, count);
  }

  private static void add(float[] from, int at, float[] to, int toAt, int count) {
    for (int i = 0; i < count; i++) {
      to[toAt + i] += from[at + i];
    }
  }
}

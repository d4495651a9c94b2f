package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.linalg.Matrix;
import java.util.Arrays;

/**
 * The largest value of each window, PyTorch's {@code nn.MaxPool2d}: padding never wins, the first
 * of equal values does, NaN wins over numbers.
 *
 * <p>The scratch's winners hold, per output value, where in {@code input.data()} it came from.
 */
record MaxPool2d(Shape.Image inputShape, Window window) implements Layer {
  MaxPool2d {
    Checks.require(
        window.padding() <= window.kernel() / 2,
        "maxPool2d padding must be at most half the kernel of " + window.kernel(),
        window.padding());
    window.over(inputShape, inputShape.channels());
  }

  @Override
  public Shape.Image outputShape() {
    return window.over(inputShape, inputShape.channels());
  }

  @Override
  public Scratch newScratch(int batch) {
    return Scratch.ofWinners(Math.multiplyExact(outputShape().size(), batch));
  }

  @Override
  public void forward(Matrix input, ParameterSlice parameters, Matrix output, Scratch scratch) {
    boolean quarters =
        window.kernel() == 2
            && window.stride() == 2
            && window.padding() == 0
            && inputShape.width() % 2 == 0
            && inputShape.height() % 2 == 0;
    int planes = inputShape.channels() * input.columns();
    if (quarters) {
      pickOfQuarters(planes, input, output, scratch.winners);
    } else {
      pick(planes, input, output, scratch.winners);
    }
  }

  private void pick(int planes, Matrix input, Matrix output, int[] winners) {
    float[] x = input.data();
    int height = inputShape.height();
    int width = inputShape.width();
    Shape.Image out = outputShape();
    int next = 0;
    for (int plane = 0; plane < planes; plane++) {
      int start = plane * height * width;
      for (int row = 0; row < out.height(); row++) {
        int top = row * window.stride() - window.padding();
        for (int column = 0; column < out.width(); column++) {
          int left = column * window.stride() - window.padding();
          int best = -1;
          for (int i = Math.max(top, 0); i < Math.min(top + window.kernel(), height); i++) {
            for (int j = Math.max(left, 0); j < Math.min(left + window.kernel(), width); j++) {
              int candidate = start + i * width + j;
              if (best < 0 || x[candidate] > x[best] || Float.isNaN(x[candidate])) {
                best = candidate;
              }
            }
          }
          winners[next] = best;
          output.data()[next] = x[best];
          next++;
        }
      }
    }
  }

  /**
   * {@link #pick} for the usual 2 x 2 windows side by side, without a branch on the values: which
   * of four activations is the largest can't be predicted, and a misprediction costs more than the
   * rest of the window. Compares ordered bits, so of -0 and 0, which are equal, 0 wins.
   */
  private void pickOfQuarters(int planes, Matrix input, Matrix output, int[] winners) {
    float[] x = input.data();
    float[] y = output.data();
    int width = inputShape.width();
    int rows = planes * inputShape.height() / 2;
    int columns = width / 2;
    for (int row = 0; row < rows; row++) {
      int next = row * columns;
      int end = (2 * row + 1) * width;
      for (int corner = 2 * row * width; corner < end; corner += 2, next++) {
        int upperLeft = orderedBits(x[corner]);
        int upperRight = orderedBits(x[corner + 1]);
        int lowerLeft = orderedBits(x[corner + width]);
        int lowerRight = orderedBits(x[corner + width + 1]);
        int upper = Math.max(upperLeft, upperRight);
        int lower = Math.max(lowerLeft, lowerRight);
        int upperWinner = lessThan(upperLeft, upperRight);
        int lowerWinner = width + lessThan(lowerLeft, lowerRight);
        int isLower = -lessThan(upper, lower);
        winners[next] = corner + ((upperWinner & ~isLower) | (lowerWinner & isLower));
        y[next] = Float.intBitsToFloat(orderedBits(Math.max(upper, lower)));
      }
    }
  }

  /** Maps the bits of floats to ints of the same order, and back: it is its own inverse. */
  private static int orderedBits(float value) {
    return orderedBits(Float.floatToIntBits(value)); // of NaN the one that is above infinity
  }

  private static int orderedBits(int bits) {
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /** 1 if {@code a < b}, else 0. */
  private static int lessThan(int a, int b) {
    return (int) (((long) a - b) >>> 63);
  }

  @Override
  public void inputGradient(
      Matrix output,
      Matrix outputGradient,
      ParameterSlice parameters,
      Matrix inputGradient,
      Scratch scratch) {
    float[] gradient = outputGradient.data();
    float[] result = inputGradient.data();
    int[] winners = scratch.winners;
    Arrays.fill(result, 0, inputGradient.size(), 0);
    int size = outputGradient.size();
    for (int i = 0; i < size; i++) {
      result[winners[i]] += gradient[i];
    }
  }
}

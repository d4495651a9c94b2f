package io.lockstep.network;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Compares a gradient with central differences; fails at the first coordinate that disagrees.
 *
 * <p>The kernel computes in float32, so the step balances its rounding (2^-24 of the loss, divided
 * by the step) against the curvature; the losses themselves are summed in double.
 */
final class GradientCheck {
  static final float STEP = 1e-2f;
  private static final double RELATIVE_TOLERANCE = 1e-3;
  private static final double ABSOLUTE_TOLERANCE = 1e-3;

  private GradientCheck() {}

  /**
   * Checks every coordinate.
   *
   * @param point where the gradient was taken; changed in place for each call of {@code loss} and
   *     restored
   * @param loss reads {@code point}
   */
  static void assertGradient(String what, float[] point, float[] analytic, DoubleSupplier loss) {
    if (point.length != analytic.length) {
      throw new AssertionError(
          what + ": " + point.length + " coordinates but " + analytic.length + " derivatives");
    }
    for (int i = 0; i < point.length; i++) {
      float original = point[i];
      float step = STEP * Math.max(1f, Math.abs(original));
      float right = original + step;
      float left = original - step;
      point[i] = right;
      double above = loss.getAsDouble();
      point[i] = left;
      double below = loss.getAsDouble();
      point[i] = original;

      double numeric = (above - below) / ((double) right - left);
      double error = Math.abs(numeric - analytic[i]);
      double allowed =
          ABSOLUTE_TOLERANCE
              + RELATIVE_TOLERANCE * Math.max(Math.abs(numeric), Math.abs(analytic[i]));
      if (!(error <= allowed)) { // also true for NaN
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "%s: coordinate %d of %d, backprop %.6e, central difference %.6e, error %.3e >"
                    + " allowed %.3e",
                what,
                i,
                point.length,
                analytic[i],
                numeric,
                error,
                allowed));
      }
    }
  }
}

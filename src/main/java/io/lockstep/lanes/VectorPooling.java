package io.lockstep.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#maxPool} and its gradient in vectors: of any taps, and of four, the most common,
 * in about half the time.
 *
 * <p>C2 makes several instructions of each use of a comparison's mask, and a loop over four taps
 * costs as much as what is in it. So the four are spelled out, and bits are chosen by arithmetic:
 * {@code a ^ ((a ^ b) & mask)} is {@code b} where the mask is all ones, as a negative value's sign
 * is when it is shifted through.
 */
final class VectorPooling {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LENGTH = VectorKernels.LENGTH;
  private static final FloatVector ZERO = FloatVector.zero(SPECIES);

  private static final IntVector ONE_BIT =
      IntVector.broadcast(VectorSpecies.of(int.class, SPECIES.vectorShape()), 1);

  private static final IntVector TAP_0 = tap(0);
  private static final IntVector TAP_1 = tap(1);
  private static final IntVector TAP_2 = tap(2);
  private static final IntVector TAP_3 = tap(3);
  private static final IntVector TAP_2_OR_3 = TAP_2.lanewise(VectorOperators.XOR, TAP_3);

  private VectorPooling() {}

  /** The bits of a tap's number, which is a float. */
  private static IntVector tap(int number) {
    return FloatVector.broadcast(SPECIES, number).reinterpretAsInts();
  }

  static void maxPool(float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    if (taps.length != 4 || !maxPoolOfFour(x, windows, taps, y, winners)) {
      maxPoolOfAny(x, windows, taps, y, winners);
    }
  }

  /**
   * Whether the result is right: a difference of two values may have the wrong sign, or none, where
   * one is infinite, as padding is, or NaN.
   */
  private static boolean maxPoolOfFour(
      float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    int tap0 = taps[0];
    int tap1 = taps[1];
    int tap2 = taps[2];
    int tap3 = taps[3];
    FloatVector zeroOrNaN = FloatVector.zero(SPECIES);
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        int from = windows[window] + lane;
        int to = window * Lanes.COUNT + lane;
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, from + tap0);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, from + tap1);
        FloatVector v2 = FloatVector.fromArray(SPECIES, x, from + tap2);
        FloatVector v3 = FloatVector.fromArray(SPECIES, x, from + tap3);

        // Below zero where the later value is larger. Equal ones, 0 and -0 too, give +0.
        FloatVector early = ZERO.sub(v1.sub(v0));
        FloatVector late = ZERO.sub(v3.sub(v2));
        IntVector is1 = early.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
        IntVector is3 = late.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
        IntVector bits0 = v0.reinterpretAsInts();
        IntVector bits2 = v2.reinterpretAsInts();
        IntVector best01 =
            v1.reinterpretAsInts()
                .lanewise(VectorOperators.XOR, bits0)
                .lanewise(VectorOperators.AND, is1)
                .lanewise(VectorOperators.XOR, bits0);
        IntVector best23 =
            v3.reinterpretAsInts()
                .lanewise(VectorOperators.XOR, bits2)
                .lanewise(VectorOperators.AND, is3)
                .lanewise(VectorOperators.XOR, bits2);
        FloatVector last = ZERO.sub(best23.reinterpretAsFloats().sub(best01.reinterpretAsFloats()));
        IntVector isLate = last.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
        IntVector winner01 = is1.lanewise(VectorOperators.AND, TAP_1);
        IntVector winner23 =
            is3.lanewise(VectorOperators.AND, TAP_2_OR_3).lanewise(VectorOperators.XOR, TAP_2);
        best23
            .lanewise(VectorOperators.XOR, best01)
            .lanewise(VectorOperators.AND, isLate)
            .lanewise(VectorOperators.XOR, best01)
            .reinterpretAsFloats()
            .intoArray(y, to);
        winner23
            .lanewise(VectorOperators.XOR, winner01)
            .lanewise(VectorOperators.AND, isLate)
            .lanewise(VectorOperators.XOR, winner01)
            .reinterpretAsFloats()
            .intoArray(winners, to);
        zeroOrNaN = early.fma(ZERO, zeroOrNaN);
        zeroOrNaN = late.fma(ZERO, zeroOrNaN);
        zeroOrNaN = last.fma(ZERO, zeroOrNaN);
      }
    }
    return ZERO.compare(VectorOperators.EQ, zeroOrNaN).allTrue();
  }

  private static void maxPoolOfAny(
      float[] x, int[] windows, int[] taps, float[] y, float[] winners) {
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        int from = windows[window] + lane;
        FloatVector best = FloatVector.fromArray(SPECIES, x, from + taps[0]);
        FloatVector winner = FloatVector.zero(SPECIES);
        for (int tap = 1; tap < taps.length; tap++) {
          FloatVector value = FloatVector.fromArray(SPECIES, x, from + taps[tap]);
          VectorMask<Float> loses =
              value
                  .compare(VectorOperators.GT, best)
                  .or(value.compare(VectorOperators.NE, value))
                  .not();
          best = value.blend(best, loses);
          winner = FloatVector.broadcast(SPECIES, (float) tap).blend(winner, loses);
        }
        best.intoArray(y, window * Lanes.COUNT + lane);
        winner.intoArray(winners, window * Lanes.COUNT + lane);
      }
    }
  }

  static void maxPoolGradient(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint) {
    if (taps.length == 4 && disjoint) {
      gradientOfFour(g, winners, windows, taps, dx);
    } else {
      gradientOfAny(g, winners, windows, taps, dx, disjoint);
    }
  }

  /** What differs between a winner and a tap, less 1, is below zero where nothing does. */
  private static void gradientOfFour(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx) {
    int tap0 = taps[0];
    int tap1 = taps[1];
    int tap2 = taps[2];
    int tap3 = taps[3];
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        int from = window * Lanes.COUNT + lane;
        int to = windows[window] + lane;
        IntVector winner = FloatVector.fromArray(SPECIES, winners, from).reinterpretAsInts();
        IntVector gradient = FloatVector.fromArray(SPECIES, g, from).reinterpretAsInts();
        TAP_0
            .lanewise(VectorOperators.XOR, winner)
            .lanewise(VectorOperators.SUB, ONE_BIT)
            .lanewise(VectorOperators.ASHR, 31)
            .lanewise(VectorOperators.AND, gradient)
            .reinterpretAsFloats()
            .intoArray(dx, to + tap0);
        TAP_1
            .lanewise(VectorOperators.XOR, winner)
            .lanewise(VectorOperators.SUB, ONE_BIT)
            .lanewise(VectorOperators.ASHR, 31)
            .lanewise(VectorOperators.AND, gradient)
            .reinterpretAsFloats()
            .intoArray(dx, to + tap1);
        TAP_2
            .lanewise(VectorOperators.XOR, winner)
            .lanewise(VectorOperators.SUB, ONE_BIT)
            .lanewise(VectorOperators.ASHR, 31)
            .lanewise(VectorOperators.AND, gradient)
            .reinterpretAsFloats()
            .intoArray(dx, to + tap2);
        TAP_3
            .lanewise(VectorOperators.XOR, winner)
            .lanewise(VectorOperators.SUB, ONE_BIT)
            .lanewise(VectorOperators.ASHR, 31)
            .lanewise(VectorOperators.AND, gradient)
            .reinterpretAsFloats()
            .intoArray(dx, to + tap3);
      }
    }
  }

  private static void gradientOfAny(
      float[] g, float[] winners, int[] windows, int[] taps, float[] dx, boolean disjoint) {
    for (int window = 0; window < windows.length; window++) {
      for (int lane = 0; lane < Lanes.COUNT; lane += LENGTH) {
        int from = window * Lanes.COUNT + lane;
        FloatVector winner = FloatVector.fromArray(SPECIES, winners, from);
        FloatVector gradient = FloatVector.fromArray(SPECIES, g, from);
        for (int tap = 0; tap < taps.length; tap++) {
          int to = windows[window] + taps[tap] + lane;
          FloatVector share =
              FloatVector.zero(SPECIES)
                  .blend(gradient, winner.compare(VectorOperators.EQ, (float) tap));
          if (disjoint) {
            share.intoArray(dx, to);
          } else {
            share.add(FloatVector.fromArray(SPECIES, dx, to)).intoArray(dx, to);
          }
        }
      }
    }
  }
}

package io.lockstep.evaluation;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * The exact sum of doubles, rounded once at the end: its bits do not depend on the order of the
 * values, or on which of them were summed together first.
 *
 * <p>A double is a whole number of {@code 2^-1074}. The sum is kept as such a number, in digits of
 * base {@code 2^32} with room above them for carries, as in Kulisch, Computer Arithmetic and
 * Validity, chapter 8. Not for several threads.
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Exponent of the least double. */
  private static final int LEAST = -1074;

  private static final int DIGIT_BITS = 32;
  private static final long DIGIT = (1L << DIGIT_BITS) - 1;
  private static final int MANTISSA_BITS = 52;

  /** The largest double's, and two for 2^63 values and their sign. */
  private static final int DIGITS =
      (Double.MAX_EXPONENT + 1 - LEAST + DIGIT_BITS - 1) / DIGIT_BITS + 2;

  /** A digit below 2^32 may be added to another so often without a carry. */
  private static final int MOST_WITHOUT_CARRY = 1 << 30;

  /** Bits that are rounded to a double's: more than it has, fewer than a long's. */
  private static final int ROUNDED_BITS = 62;

  private final long[] digits = new long[DIGITS];
  private int sinceCarry;

  /** The sum of the infinite values and those that are not numbers. */
  private double notFinite;

  /** Adds {@code value}. */
  void add(double value) {
    if (!Double.isFinite(value)) {
      notFinite += value;
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    long mantissa = bits & ((1L << MANTISSA_BITS) - 1);
    int exponent = (int) (bits >>> MANTISSA_BITS) & 0x7ff;
    if (exponent > 0) {
      mantissa |= 1L << MANTISSA_BITS;
      exponent--;
    }
    long sign = bits < 0 ? -1 : 1;
    int digit = exponent / DIGIT_BITS;
    int shift = exponent % DIGIT_BITS;
    long low = (mantissa & DIGIT) << shift; // below 2^64, in two digits
    long high = (mantissa >>> DIGIT_BITS) << shift; // below 2^53, a digit further up
    digits[digit] += sign * (low & DIGIT);
    digits[digit + 1] += sign * ((low >>> DIGIT_BITS) + (high & DIGIT));
    digits[digit + 2] += sign * (high >>> DIGIT_BITS);
    carryAfter(2); // the middle one grew by two digits
  }

  /** Adds what {@code other} has summed, which is left as it is but for carries. */
  void add(ExactSum other) {
    other.carry();
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    notFinite += other.notFinite;
    carryAfter(1);
  }

  private void carryAfter(int additions) {
    sinceCarry += additions;
    if (sinceCarry >= MOST_WITHOUT_CARRY) {
      carry();
    }
  }

  /** Brings all digits but the highest into [0, 2^32). */
  private void carry() {
    for (int i = 0; i < DIGITS - 1; i++) {
      digits[i + 1] += digits[i] >> DIGIT_BITS;
      digits[i] &= DIGIT;
    }
    sinceCarry = 1;
  }

  /** The double nearest to the sum. */
  double value() {
    if (notFinite != 0) {
      return notFinite;
    }
    carry();
    BigInteger sum = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[i]));
    }
    BigInteger magnitude = sum.abs();
    int dropped = Math.max(0, magnitude.bitLength() - ROUNDED_BITS);
    long kept = magnitude.shiftRight(dropped).longValueExact();
    if (dropped > magnitude.getLowestSetBit()) {
      kept |= 1; // so that a half with something behind it is rounded as more than a half
    }
    return sum.signum() * Math.scalb((double) kept, dropped + LEAST);
  }
}

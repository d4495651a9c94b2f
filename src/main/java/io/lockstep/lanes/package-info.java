/**
 * The vectorised arithmetic: images side by side in the {@link io.lockstep.lanes.Lanes} of a
 * vector, and the few {@link io.lockstep.lanes.Kernels} that work on them, in vectors or in plain
 * Java, with the same bits.
 *
 * <p>Every result is a chain of fused multiply-adds in an order that is written down. A fused
 * multiply-add is exact but for one rounding, so neither the CPU nor the length of its vectors, nor
 * an example's place or neighbours in a batch, can change a bit.
 */
package io.lockstep.lanes;

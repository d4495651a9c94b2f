package io.lockstep.lanes;

/**
 * Vectors in a part of an array.
 *
 * @param values the array; others have other parts of it
 * @param at where the first vector starts
 * @param count number of values
 */
public record Vectors(float[] values, int at, int count) {}

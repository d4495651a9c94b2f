package io.lockstep.network;

/**
 * The part of a flat parameter (or gradient) vector that belongs to one layer; nothing is copied.
 *
 * @param values the whole vector
 * @param offset index of the layer's first value
 */
public record ParameterSlice(float[] values, int offset) {}

package io.lockstep.training;

import java.io.Serializable;

/**
 * The sum over an aligned range of shards, a node of {@link ShardTree}.
 *
 * @param first number of the first shard, a multiple of {@code count}
 * @param count shards, a power of two
 * @param sum over these shards
 */
public record RangeSum(int first, int count, WorkSum sum) implements Serializable {}

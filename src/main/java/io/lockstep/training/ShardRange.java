package io.lockstep.training;

/**
 * An aligned range of shards, a node of {@link ShardTree}.
 *
 * @param first number of the first shard, a multiple of {@code count}
 * @param count shards, a power of two
 */
public record ShardRange(int first, int count) {}

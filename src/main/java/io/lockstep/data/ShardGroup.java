package io.lockstep.data;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Neighbouring shards of every split: what one worker holds.
 *
 * @param first number of the first shard
 * @param splits per split, the shards {@code first, first + 1, ...}; as many for every split
 */
public record ShardGroup(int first, Map<Split, List<Shard>> splits) implements Serializable {

  /** Number of shards of each split. */
  public int count() {
    return splits.get(Split.TRAIN).size();
  }

  /** Bytes that the rows of all splits take. */
  public long bytes() {
    return splits.values().stream().flatMap(List::stream).mapToLong(Shard::bytes).sum();
  }

  /** Shard {@code number} of {@code split}. */
  public Shard shard(Split split, int number) {
    return splits.get(split).get(number - first);
  }

  /** The shards of holder {@code holder} when {@code holders} share these. */
  public ShardGroup part(int holder, int holders) {
    int from = firstShard(holder, holders, count());
    int to = firstShard(holder + 1, holders, count());
    Map<Split, List<Shard>> own = new EnumMap<>(Split.class);
    splits.forEach((split, all) -> own.put(split, List.copyOf(all.subList(from, to))));
    return new ShardGroup(first + from, own);
  }

  /** The first shard of worker {@code worker} out of {@code workers}; the next one's ends it. */
  public static int firstShard(int worker, int workers, int shards) {
    return Math.toIntExact((long) worker * shards / workers);
  }
}

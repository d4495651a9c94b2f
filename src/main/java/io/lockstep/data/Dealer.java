package io.lockstep.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deals rows in memory to shards, round-robin: row {@code i} to shard {@code i mod S}. */
public final class Dealer {
  private Dealer() {}

  /** All shards of {@code images}. */
  public static List<Shard> deal(LabeledImages images, int shards) {
    return deal(images, 0, images.rows(), shards);
  }

  /** All shards of the rows {@code [from, end)} of {@code images}, renumbered from 0. */
  public static List<Shard> deal(LabeledImages images, int from, int end, int shards) {
    List<Shard> result = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      int[] rows = new int[RowSchedule.rowsOfShard(end - from, shards, shard)];
      int[] labels = new int[rows.length];
      for (int j = 0; j < rows.length; j++) {
        rows[j] = from + j * shards + shard;
        labels[j] = images.labels()[rows[j]];
      }
      result.add(new Shard(shard, Features.pick(images, rows), labels));
    }
    return result;
  }

  /** One group of all shards, as a single machine holds them. */
  public static ShardGroup group(LabeledImages train, LabeledImages test, int shards) {
    Map<Split, List<Shard>> splits = new HashMap<>();
    splits.put(Split.TRAIN, deal(train, shards));
    splits.put(Split.VALIDATION, deal(train, 0, 0, shards));
    splits.put(Split.TEST, deal(test, shards));
    return new ShardGroup(0, splits);
  }
}

package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DealerTest {
  private final LabeledImages images =
      new LabeledImages(
          1, 2, new byte[] {0, 1, 10, 11, 20, 21, 30, 31, 40, 41}, new int[] {5, 6, 7, 8, 9});

  @Test
  void deal_fiveRowsToTwoShards_isRoundRobin() {
    List<Shard> shards = Dealer.deal(images, 2);

    assertEquals(2, shards.size());
    assertShard(shards.get(0), 0, new byte[] {0, 1, 20, 21, 40, 41}, 5, 7, 9);
    assertShard(shards.get(1), 1, new byte[] {10, 11, 30, 31}, 6, 8);
  }

  @Test
  void deal_moreShardsThanRows_leavesSomeEmpty() {
    List<Shard> shards = Dealer.deal(images, 8);

    assertShard(shards.get(4), 4, new byte[] {40, 41}, 9);
    assertShard(shards.get(5), 5, new byte[0]);
    assertEquals(2, shards.get(7).features().width());
  }

  @Test
  void deal_rowsFromTheMiddle_areRenumbered() {
    List<Shard> shards = Dealer.deal(images, 1, 4, 2);

    assertShard(shards.get(0), 0, new byte[] {10, 11, 30, 31}, 6, 8);
    assertShard(shards.get(1), 1, new byte[] {20, 21}, 7);
  }

  @Test
  void group_trainAndTest_holdsAllShardsOfEverySplit() {
    ShardGroup group =
        Dealer.group(images, new LabeledImages(1, 2, new byte[] {50, 51}, new int[] {3}), 4);

    assertEquals(0, group.first());
    assertEquals(4, group.count());
    assertShard(group.shard(Split.TRAIN, 1), 1, new byte[] {10, 11}, 6);
    assertShard(group.shard(Split.TEST, 0), 0, new byte[] {50, 51}, 3);
    for (int shard = 0; shard < 4; shard++) {
      assertEquals(0, group.shard(Split.VALIDATION, shard).rows());
    }
  }

  @Test
  void firstShard_anyWorkers_coversAllShardsInOrder() {
    for (int workers = 1; workers <= 8; workers++) {
      assertEquals(0, ShardGroup.firstShard(0, workers, 8));
      assertEquals(8, ShardGroup.firstShard(workers, workers, 8));
      for (int worker = 0; worker < workers; worker++) {
        int count =
            ShardGroup.firstShard(worker + 1, workers, 8)
                - ShardGroup.firstShard(worker, workers, 8);
        assertEquals(8.0 / workers, count, 0.99);
      }
    }
  }

  private static void assertShard(Shard shard, int number, byte[] values, int... labels) {
    assertEquals(number, shard.number());
    assertArrayEquals(values, ((Features.Bytes) shard.features()).values());
    assertArrayEquals(labels, shard.labels());
  }
}

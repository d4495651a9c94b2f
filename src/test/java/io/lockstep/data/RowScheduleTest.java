package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowScheduleTest {
  private static final Seeds SEEDS = new Seeds(42);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 64, 4",
    "3, 1, 8",
    "3, 2, 8",
    "7, 100, 4",
    "10, 3, 4",
    "64, 64, 4",
    "65, 64, 4",
    "100, 7, 8",
    "101, 10, 1",
    "128, 32, 16",
    "129, 5, 2",
    "1000, 3, 64"
  })
  void epoch_anyRowsBatchAndShards_takesEveryRowOnce(int rows, int batchSize, int shards) {
    for (int block : new int[] {-1, 0, 1, 3, 16, 1000}) {
      RowSchedule schedule = schedule(rows, batchSize, shards, block);
      int[] times = new int[rows];
      int steps = schedule.stepsPerEpoch();
      for (int step = 0; step < steps; step++) {
        List<Integer> taken = rowsOf(schedule, 1, step);
        taken.forEach(row -> times[row]++);
        boolean last = step == steps - 1;
        assertEquals(
            last ? rows - (steps - 1) * batchSize : batchSize, taken.size(), "step " + step);
      }
      int[] once = new int[rows];
      Arrays.fill(once, 1);
      assertArrayEquals(once, times);
    }
  }

  /** Shuffled in blocks of {@code block} rows, 0 for whole shards, or not shuffled for -1. */
  private static RowSchedule schedule(int rows, int batchSize, int shards, int block) {
    return new RowSchedule(rows, batchSize, shards, block >= 0, Math.max(0, block), SEEDS);
  }

  @ParameterizedTest
  @CsvSource({"10, 3, 4", "100, 7, 8", "5, 9, 2", "3, 1, 8"})
  void step_unshuffled_isTheSequentialMinibatch(int rows, int batchSize, int shards) {
    RowSchedule schedule = new RowSchedule(rows, batchSize, shards, false, 0, SEEDS);
    for (int step = 0; step < schedule.stepsPerEpoch(); step++) {
      List<Integer> expected =
          IntStream.range(step * batchSize, Math.min(rows, (step + 1) * batchSize))
              .boxed()
              .toList();
      assertEquals(expected, rowsOf(schedule, 3, step).stream().sorted().toList());
    }
  }

  @Test
  void order_shuffled_isAPermutationThatDiffersByEpochAndShardAndSeed() {
    RowSchedule schedule = new RowSchedule(400, 16, 4, true, 0, SEEDS);
    RowSchedule other = new RowSchedule(400, 16, 4, true, 0, new Seeds(43));
    int[] order = schedule.order(1, 0);

    int[] sorted = order.clone();
    Arrays.sort(sorted);
    assertArrayEquals(IntStream.range(0, 100).toArray(), sorted);
    assertArrayEquals(order, schedule.order(1, 0));
    assertFalse(Arrays.equals(sorted, order));
    assertFalse(Arrays.equals(order, schedule.order(2, 0)));
    assertFalse(Arrays.equals(order, schedule.order(1, 1)));
    assertFalse(Arrays.equals(order, other.order(1, 0)));
  }

  @Test
  void order_shuffledManyTimes_putsEachRowFirstAboutEquallyOften() {
    RowSchedule schedule = new RowSchedule(5, 1, 1, true, 0, SEEDS);
    int[] first = new int[5];
    for (int epoch = 1; epoch <= 5000; epoch++) {
      first[schedule.order(epoch, 0)[0]]++;
    }

    for (int count : first) {
      assertEquals(1000, count, 120); // 4 standard deviations: sqrt(5000 * 0.2 * 0.8) = 28
    }
  }

  @Test
  void order_shuffledInBlocks_takesOneBlockAfterAnotherEachInAnOrderOfItsOwn() {
    RowSchedule schedule = schedule(412, 16, 4, 10);
    int[] order = schedule.order(1, 0);

    List<Integer> blocks = new ArrayList<>();
    Set<List<Integer>> orders = new HashSet<>();
    for (int at = 0; at < order.length; ) {
      int block = order[at] / 10;
      int size = block == 10 ? 3 : 10;
      int[] rows = Arrays.copyOfRange(order, at, at + size);
      int[] sorted = rows.clone();
      Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(block * 10, block * 10 + size).toArray(), sorted);
      orders.add(Arrays.stream(rows).map(row -> row - block * 10).boxed().toList());
      blocks.add(block);
      at += size;
    }

    assertEquals(11, orders.size());
    assertNotEquals(blocks.stream().sorted().toList(), blocks);
    assertFalse(Arrays.equals(order, schedule.order(2, 0)));
    assertFalse(Arrays.equals(order, schedule.order(1, 1)));
    assertArrayEquals(order, schedule.order(1, 0));
  }

  @Test
  void order_blockOfAllRows_isThatOfWholeShards() {
    assertArrayEquals(schedule(400, 16, 4, 0).order(2, 1), schedule(400, 16, 4, 100).order(2, 1));
    assertFalse(
        Arrays.equals(schedule(400, 16, 4, 0).order(2, 1), schedule(400, 16, 4, 99).order(2, 1)));
  }

  @Test
  void order_unshuffled_isTheIdentity() {
    assertArrayEquals(new int[] {0, 1, 2}, new RowSchedule(10, 4, 4, false, 0, SEEDS).order(7, 1));
  }

  @Test
  void rowsOfShard_anyRows_addUp() {
    for (int rows = 0; rows < 40; rows++) {
      int sum = 0;
      for (int shard = 0; shard < 8; shard++) {
        sum += RowSchedule.rowsOfShard(rows, 8, shard);
      }
      assertEquals(rows, sum);
    }
  }

  @Test
  void range_rowsBeyondAnInt_staysExact() {
    RowSchedule schedule = new RowSchedule(8_000_000_000L, 1 << 20, 8, false, 0, SEEDS);

    assertEquals(7630, schedule.stepsPerEpoch());
    assertEquals(new RowSchedule.Range(999_948_288, 1_000_000_000), schedule.range(7629, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void rows_none_areRejectedWithRuleAndValue(long rows) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> new RowSchedule(rows, 1, 1, false, 0, SEEDS));

    assertEquals("training rows must be >= 1, but was " + rows, e.getMessage());
  }

  @Test
  void batchSizeShardsAndBlock_outsideTheirDomain_areRejectedWithRuleAndValue() {
    assertEquals(
        "batchSize must be >= 1, but was 0",
        assertThrows(InvalidInputException.class, () -> new RowSchedule(1, 0, 1, false, 0, SEEDS))
            .getMessage());
    assertEquals(
        "shuffleBlock must be >= 0, but was -1",
        assertThrows(InvalidInputException.class, () -> new RowSchedule(1, 1, 1, true, -1, SEEDS))
            .getMessage());
    assertEquals(
        "shards must be >= 1, but was 0",
        assertThrows(InvalidInputException.class, () -> new RowSchedule(1, 1, 0, false, 0, SEEDS))
            .getMessage());
  }

  /** Rows of the data, shard after shard. */
  private static List<Integer> rowsOf(RowSchedule schedule, int epoch, int step) {
    List<Integer> rows = new ArrayList<>();
    for (int shard = 0; shard < schedule.shards(); shard++) {
      RowSchedule.Range range = schedule.range(step, shard);
      int[] order = schedule.order(epoch, shard);
      for (int i = range.from(); i < range.to(); i++) {
        rows.add(order[i] * schedule.shards() + shard);
      }
    }
    return rows;
  }
}

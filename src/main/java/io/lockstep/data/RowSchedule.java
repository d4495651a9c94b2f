package io.lockstep.data;

import io.lockstep.base.Checks;
import io.lockstep.base.Seeds;
import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * Which rows a step takes. Step {@code t} of an epoch covers positions {@code [t * B, (t + 1) * B)}
 * of the epoch's order, the last batch being smaller (PyTorch's {@code drop_last=False}), so every
 * row comes exactly once an epoch.
 *
 * <p>Position {@code p} belongs to shard {@code p mod S}. Unshuffled, it is row {@code p} of the
 * data: the sequential minibatch of a single machine. Shuffled, it is the shard's row {@code
 * permutation[p / S]}, each shard permuting its own rows by (seed, epoch, shard). Where a shard is
 * shuffled in blocks, an epoch takes one block of neighbouring rows after another, so it reads a
 * file that memory does not hold almost as it lies: the order of the blocks is drawn, and within
 * each the order of its rows.
 *
 * @param rows training rows; &ge; 1
 * @param batchSize examples per step over all shards; &ge; 1
 * @param shards S; &ge; 1
 * @param shuffle whether the order differs from epoch to epoch
 * @param shuffleBlock neighbouring rows of a shard that are shuffled among themselves, where they
 *     are shuffled; &ge; 0, 0 for all of them
 * @param seeds of the permutations
 */
public record RowSchedule(
    long rows, int batchSize, int shards, boolean shuffle, int shuffleBlock, Seeds seeds)
    implements Serializable {
  public RowSchedule {
    Checks.requireAtLeastOne("training rows", rows);
    Checks.requireAtLeastOne("batchSize", batchSize);
    Checks.requireAtLeastOne("shards", shards);
    Checks.requireAtLeastZero("shuffleBlock", shuffleBlock);
  }

  /** Steps of one epoch. */
  public int stepsPerEpoch() {
    return Math.toIntExact((rows + batchSize - 1) / batchSize);
  }

  /**
   * Positions of {@code shard}'s order that belong to {@code step} (0-based): {@code [from, to)}.
   */
  public Range range(int step, int shard) {
    long first = (long) step * batchSize;
    long end = Math.min(first + batchSize, rows);
    return new Range(ownBelow(first, shard), ownBelow(end, shard));
  }

  /** The most positions that one shard has in one step. */
  public int largestShare() {
    return (int) ((Math.min(batchSize, rows) + shards - 1) / shards);
  }

  /** The fewest positions that a shard has in a step in which it has any. */
  public int smallestShare() {
    long batch = Math.min(batchSize, rows);
    long last = rows % batch == 0 ? batch : rows % batch;
    return (int) Math.max(1, Math.min(batch, last) / shards);
  }

  /**
   * A half-open range.
   *
   * @param from first
   * @param to one past the last
   */
  public record Range(int from, int to) {}

  private int ownBelow(long position, int shard) {
    return rowsOfShard(position, shards, shard);
  }

  /** How many of the first {@code rows} rows are dealt to {@code shard}. */
  public static int rowsOfShard(long rows, int shards, int shard) {
    return Math.toIntExact((rows - shard + shards - 1) / shards);
  }

  /**
   * The order of {@code shard}'s rows in {@code epoch} (1-based): Fisher-Yates permutations, or the
   * identity when not shuffled.
   */
  public int[] order(int epoch, int shard) {
    int rowsOfShard = rowsOfShard(rows, shards, shard);
    if (!shuffle) {
      return consecutive(rowsOfShard);
    }
    int block = shuffleBlock == 0 ? Math.max(1, rowsOfShard) : shuffleBlock;
    return shuffled(rowsOfShard, block, seeds.stream(Seeds.Purpose.SHUFFLE, epoch, shard));
  }

  private static int[] shuffled(int rowsOfShard, int block, SplittableRandom random) {
    int[] blocks = consecutive((rowsOfShard - 1) / block + 1);
    permute(blocks, 0, blocks.length, random);
    int[] order = new int[rowsOfShard];
    int at = 0;
    for (int number : blocks) {
      int first = number * block;
      int size = Math.min(block, rowsOfShard - first);
      for (int i = 0; i < size; i++) {
        order[at + i] = first + i;
      }
      permute(order, at, at + size, random);
      at += size;
    }
    return order;
  }

  private static int[] consecutive(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  private static void permute(int[] numbers, int from, int to, SplittableRandom random) {
    for (int i = to - 1; i > from; i--) {
      int j = from + random.nextInt(i - from + 1);
      int swapped = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = swapped;
    }
  }
}

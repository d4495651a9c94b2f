package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Features;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * DataFrames dealt into shards, cached on the executors, one {@link ShardGroup} per partition.
 *
 * <p>Rows are numbered in the DataFrame's order and dealt round-robin: row {@code i} of a split
 * goes to shard {@code i mod S}, whatever the partitions were.
 *
 * @param groups one per worker
 * @param rows of each split
 */
public record ShardedData(JavaRDD<ShardGroup> groups, Map<Split, Long> rows)
    implements AutoCloseable {

  /**
   * How to deal.
   *
   * @param shards S
   * @param workers partitions to make
   * @param width values per row
   * @param classes labels are 0 to classes - 1
   * @param trainRows the first rows of the training DataFrame to use; 0 for all
   * @param validationRows how many of these, the last ones, are held out
   */
  public record Plan(
      int shards, int workers, int width, int classes, long trainRows, long validationRows)
      implements Serializable {}

  /** Rows of one partition that go to one shard, in order. */
  private record Piece(Split split, int shard, long firstRow, Features features, int[] labels)
      implements Serializable {}

  /**
   * Deals {@code train} and {@code test}, which have columns {@code label} and {@code features},
   * and caches the result.
   *
   * @throws InvalidInputException if a row does not fit {@code plan}, or there are too few
   */
  public static ShardedData deal(Dataset<Row> train, Dataset<Row> test, Plan plan) {
    try {
      return dealt(train, test, plan);
    } catch (Exception e) { // Spark throws its checked exception through an API that declares none
      throw Causes.explained("Spark could not deal the rows", e);
    }
  }

  private static ShardedData dealt(Dataset<Row> train, Dataset<Row> test, Plan plan) {
    Map<Split, Long> rows = rowsOfSplits(train.count(), test.count(), plan);
    long trainEnd = rows.get(Split.TRAIN);
    long validationEnd = trainEnd + rows.get(Split.VALIDATION);
    JavaPairRDD<Row, Long> trainRows = numbered(train);
    JavaRDD<Piece> pieces =
        trainRows
            .mapPartitions(own -> pieces(own, Split.TRAIN, 0, trainEnd, plan))
            .union(
                numbered(test)
                    .mapPartitions(own -> pieces(own, Split.TEST, 0, Long.MAX_VALUE, plan)));
    if (validationEnd > trainEnd) {
      pieces =
          pieces.union(
              trainRows.mapPartitions(
                  own -> pieces(own, Split.VALIDATION, trainEnd, validationEnd, plan)));
    }
    JavaRDD<ShardGroup> groups =
        pieces
            .mapToPair(piece -> new Tuple2<>(workerOf(piece.shard(), plan), piece))
            .partitionBy(new HashPartitioner(plan.workers()))
            .mapPartitionsWithIndex(
                (worker, own) -> List.of(group(worker, own, plan)).iterator(), false)
            .persist(StorageLevel.MEMORY_AND_DISK());
    groups.count(); // deals now, so that bad rows are found before the first step
    return new ShardedData(groups, rows);
  }

  private static Map<Split, Long> rowsOfSplits(long train, long test, Plan plan) {
    long used = plan.trainRows() == 0 ? train : plan.trainRows();
    if (used > train) {
      throw new InvalidInputException(
          String.format(
              "data.trainRows must be at most the %d rows there are, but was %d.", train, used));
    }
    if (used - plan.validationRows() < 1) {
      throw new InvalidInputException(
          String.format(
              "There must be at least one row to train on, but there are %d, less %d for"
                  + " validation. Check the input path and data.validationRows.",
              used, plan.validationRows()));
    }
    if (test < 1) {
      throw new InvalidInputException(
          "There must be at least one test row, but there are none. Check the input path.");
    }
    Map<Split, Long> rows = new EnumMap<>(Split.class);
    rows.put(Split.TRAIN, used - plan.validationRows());
    rows.put(Split.VALIDATION, plan.validationRows());
    rows.put(Split.TEST, test);
    return rows;
  }

  private static JavaPairRDD<Row, Long> numbered(Dataset<Row> rows) {
    return rows.select("label", "features").javaRDD().zipWithIndex();
  }

  private static int workerOf(int shard, Plan plan) {
    int worker = 0;
    while (ShardGroup.firstShard(worker + 1, plan.workers(), plan.shards()) <= shard) {
      worker++;
    }
    return worker;
  }

  /** Packs the rows numbered {@code [from, end)}, renumbered from 0, shard by shard. */
  private static Iterator<Piece> pieces(
      Iterator<Tuple2<Row, Long>> numbered, Split split, long from, long end, Plan plan) {
    PiecePacker[] packers = new PiecePacker[plan.shards()];
    while (numbered.hasNext()) {
      Tuple2<Row, Long> next = numbered.next();
      long row = next._2() - from;
      if (row >= 0 && next._2() < end) {
        int shard = (int) (row % plan.shards());
        if (packers[shard] == null) {
          packers[shard] = new PiecePacker(split, row, plan);
        }
        packers[shard].add(next._1(), row);
      }
    }
    List<Piece> pieces = new ArrayList<>();
    for (int shard = 0; shard < packers.length; shard++) {
      if (packers[shard] != null) {
        PiecePacker packer = packers[shard];
        pieces.add(new Piece(split, shard, packer.firstRow(), packer.features(), packer.labels()));
      }
    }
    return pieces.iterator();
  }

  private static ShardGroup group(int worker, Iterator<Tuple2<Integer, Piece>> own, Plan plan) {
    int first = ShardGroup.firstShard(worker, plan.workers(), plan.shards());
    int end = ShardGroup.firstShard(worker + 1, plan.workers(), plan.shards());
    Map<Split, List<List<Piece>>> sorted = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<List<Piece>> shards = new ArrayList<>();
      for (int shard = first; shard < end; shard++) {
        shards.add(new ArrayList<>());
      }
      sorted.put(split, shards);
    }
    while (own.hasNext()) {
      Piece piece = own.next()._2();
      sorted.get(piece.split()).get(piece.shard() - first).add(piece);
    }
    Map<Split, List<Shard>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Shard> shards = new ArrayList<>();
      for (int shard = first; shard < end; shard++) {
        shards.add(join(shard, sorted.get(split).get(shard - first), plan));
      }
      splits.put(split, shards);
    }
    return new ShardGroup(first, splits);
  }

  private static Shard join(int shard, List<Piece> pieces, Plan plan) {
    pieces.sort(Comparator.comparingLong(Piece::firstRow));
    List<Features> features = new ArrayList<>();
    int rows = 0;
    for (Piece piece : pieces) {
      features.add(piece.features());
      rows = Math.addExact(rows, piece.labels().length);
    }
    int[] labels = new int[rows];
    int next = 0;
    for (Piece piece : pieces) {
      System.arraycopy(piece.labels(), 0, labels, next, piece.labels().length);
      next += piece.labels().length;
    }
    Features joined =
        features.isEmpty() ? Features.none(plan.width()) : features.get(0).concat(features);
    return new Shard(shard, joined, labels);
  }

  /** Frees the executors' memory. */
  @Override
  public void close() {
    groups.unpersist();
  }
}

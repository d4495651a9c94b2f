package io.lockstep.distributed;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Dealer;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.training.ShardWorker;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * DataFrames, or images of this JVM, dealt into shards, cached on the executors, one {@link
 * ShardGroup} per partition.
 *
 * <p>Rows are numbered in the DataFrame's order and dealt round-robin: row {@code i} of a split
 * goes to shard {@code i mod S}, whatever the partitions were.
 */
public final class ShardedData implements AutoCloseable {
  private final Dealing dealing;
  private final Map<Split, Long> rows;
  private final JavaRDD<ShardGroup> groups;
  private final boolean files;

  /** Of each shard, as first dealt; empty before that. */
  private List<DataFingerprint.OfShard> digests;

  /** Of each worker's rows, as first dealt. */
  private List<Long> bytesOfWorkers = List.of();

  /** Where the shards of so many workers come from. */
  private interface Dealing {
    JavaRDD<ShardGroup> to(int workers);

    /** Lets go of what it holds. */
    default void end() {}
  }

  private ShardedData(
      Dealing dealing,
      int workers,
      Map<Split, Long> rows,
      List<DataFingerprint.OfShard> digests,
      boolean files) {
    this.dealing = dealing;
    this.digests = digests;
    this.rows = rows;
    this.files = files;
    // What is in files already can't be written by Spark once more.
    this.groups =
        dealing
            .to(workers)
            .persist(files ? StorageLevel.MEMORY_ONLY() : StorageLevel.MEMORY_AND_DISK());
  }

  /** One per worker. */
  public JavaRDD<ShardGroup> groups() {
    return groups;
  }

  /** How many there are of each split. */
  public Map<Split, Long> rows() {
    return rows;
  }

  /**
   * How to deal.
   *
   * @param shards S
   * @param workers partitions to make
   * @param width values per row
   * @param trainRows the first rows of the training examples to use; 0 for all
   * @param validationRows how many of these, the last ones, are held out
   * @param validationFraction which fraction of them, the last ones, is held out instead; 0 for
   *     none
   */
  public record Layout(
      int shards,
      int workers,
      int width,
      long trainRows,
      long validationRows,
      double validationFraction)
      implements Serializable {

    /** This layout for other rows, of which a fraction is held out. */
    public Layout holdingOut(double newValidationFraction) {
      return new Layout(shards, workers, width, trainRows, validationRows, newValidationFraction);
    }

    /** A layout that holds out a number of rows. */
    public Layout(int shards, int workers, int width, long trainRows, long validationRows) {
      this(shards, workers, width, trainRows, validationRows, 0);
    }

    /** This layout for another number of workers. */
    Layout sharedBy(int newWorkers) {
      return new Layout(shards, newWorkers, width, trainRows, validationRows, validationFraction);
    }

    private long heldOut(long rows) {
      if (validationFraction == 0) {
        return validationRows;
      }
      long heldOut = (long) (validationFraction * rows);
      Checks.require(
          heldOut >= 1,
          "validationFraction must hold out at least one of the " + rows + " rows",
          validationFraction);
      return heldOut;
    }

    /**
     * How many rows of each split there are, with none for the test, out of {@code train}.
     *
     * @throws InvalidInputException if there are too few
     */
    public Map<Split, Long> rowsOfSplits(long train) {
      long used = trainRows == 0 ? train : trainRows;
      if (used > train) {
        throw new InvalidInputException(
            String.format(
                "data.trainRows must be at most the %d rows there are, but was %d.", train, used));
      }
      long heldOut = heldOut(used);
      if (used - heldOut < 1) {
        throw new InvalidInputException(
            String.format(
                "There must be at least one row to train on, but there are %d, less %d for"
                    + " validation. Check the input path and data.validationRows.",
                used, heldOut));
      }
      Map<Split, Long> rows = new EnumMap<>(Split.class);
      rows.put(Split.TRAIN, used - heldOut);
      rows.put(Split.VALIDATION, heldOut);
      rows.put(Split.TEST, 0L);
      return rows;
    }
  }

  /**
   * Where the rows of the splits come from.
   *
   * @param train rows to train on, and perhaps to hold out, see {@link Layout}
   * @param validation rows of their own for validation, if any
   * @param test rows for the test, if any
   */
  public record Sources(Examples train, Optional<Examples> validation, Optional<Examples> test) {}

  /**
   * Deals {@code sources} and caches the result.
   *
   * @throws InvalidInputException if a row has a defect, or there are too few
   */
  public static ShardedData deal(Sources sources, Layout layout) {
    return deal(sources, layout, DistributedConfig.DEFAULTS);
  }

  /**
   * The same, waiting for executors as long as {@code config} says.
   *
   * @throws RunFailedException if none is left
   */
  public static ShardedData deal(Sources sources, Layout layout, DistributedConfig config) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(sources.train().table().sparkSession().sparkContext());
    return guarded(
        "Spark could not deal the rows",
        spark,
        config,
        () -> dealt(sources, layout, config.rows()));
  }

  /**
   * Deals images to workers in this JVM, which get them by reference. The shards have the bits that
   * they have when executors read the same images.
   *
   * @param spark a local one
   * @throws InvalidInputException if there are too few
   */
  public static ShardedData deal(
      JavaSparkContext spark, LabeledImages train, LabeledImages test, Layout layout) {
    Map<Split, Long> rows = layout.rowsOfSplits(train.rows());
    rows.put(Split.TEST, (long) test.rows());
    int trainEnd = Math.toIntExact(rows.get(Split.TRAIN));
    int validationEnd = trainEnd + Math.toIntExact(rows.get(Split.VALIDATION));
    HeldShards held =
        HeldShards.hold(
            Map.of(
                Split.TRAIN, Dealer.deal(train, 0, trainEnd, layout.shards()),
                Split.VALIDATION, Dealer.deal(train, trainEnd, validationEnd, layout.shards()),
                Split.TEST, Dealer.deal(test, layout.shards())));
    Dealing dealing =
        new Dealing() {
          @Override
          public JavaRDD<ShardGroup> to(int workers) {
            return held.groups(spark, workers);
          }

          @Override
          public void end() {
            held.forget();
          }
        };
    return OwnJobs.run(
        spark, "Spark could not deal the rows", () -> dealt(dealing, layout, rows, false));
  }

  /** Which rows these are, whoever holds them. */
  public DataFingerprint fingerprint() {
    return DataFingerprint.of(rows, digests);
  }

  /** Whether the rows are in files, else they are in memory. */
  public boolean files() {
    return files;
  }

  /** Bytes that all rows take, on all workers together. */
  public long bytes() {
    return bytesOfWorkers.stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes that the rows of one worker take, at most. */
  public long mostBytesOfAWorker() {
    return Collections.max(bytesOfWorkers);
  }

  /**
   * What a worker holds.
   *
   * @param digests of its shards
   * @param bytes that its rows take
   */
  private record Holding(List<DataFingerprint.OfShard> digests, long bytes)
      implements Serializable {}

  private List<Holding> readHoldings(int shards) {
    return groups.map(group -> new Holding(digests(group, shards), group.bytes())).collect();
  }

  private static List<DataFingerprint.OfShard> digests(List<Holding> holdings) {
    return holdings.stream().flatMap(holding -> holding.digests.stream()).toList();
  }

  private static List<DataFingerprint.OfShard> digests(ShardGroup group, int shards) {
    return IntStream.range(group.first(), group.first() + group.count())
        .mapToObj(number -> DataFingerprint.OfShard.of(group, number, shards))
        .collect(Collectors.toList()); // Spark's own serialiser can write it
  }

  private static <T> T guarded(
      String what, JavaSparkContext spark, DistributedConfig config, Supplier<T> jobs) {
    return SlotWatch.guard(spark, config, () -> OwnJobs.run(spark, what, jobs));
  }

  private static ShardedData dealt(Sources sources, Layout layout, RowStorage storage) {
    Numbered train = Numbered.of(sources.train());
    Map<Split, Long> rows = layout.rowsOfSplits(train.count());
    long trainEnd = rows.get(Split.TRAIN);
    long validationEnd = trainEnd + rows.get(Split.VALIDATION);
    JavaRDD<Piece> pieces = train.pieces(Split.TRAIN, 0, trainEnd, layout);
    if (validationEnd > trainEnd) {
      pieces = pieces.union(train.pieces(Split.VALIDATION, trainEnd, validationEnd, layout));
    }
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      Optional<Examples> source = split == Split.TEST ? sources.test() : sources.validation();
      if (source.isPresent()) {
        Numbered own = Numbered.of(source.get());
        rows.put(split, atLeastOne(own.count(), split));
        pieces = pieces.union(own.pieces(split, 0, own.count(), layout));
      }
    }
    boolean files = ExecutorMemory.of(sources, rows, layout).needsFiles(storage);
    JavaRDD<Piece> all = pieces;
    return dealt(workers -> groups(all, workers, layout, files), layout, rows, files);
  }

  private static ShardedData dealt(
      Dealing dealing, Layout layout, Map<Split, Long> rows, boolean files) {
    ShardedData data = new ShardedData(dealing, layout.workers(), rows, List.of(), files);
    try {
      // Deals now: bad rows are found before the first step.
      List<Holding> holdings = data.readHoldings(layout.shards());
      data.digests = digests(holdings);
      data.bytesOfWorkers = holdings.stream().map(Holding::bytes).toList();
      return data;
    } catch (Exception e) { // Spark's is checked, but its API declares none
      data.close();
      throw e;
    }
  }

  /** Each worker's pieces, put together. */
  private static JavaRDD<ShardGroup> groups(
      JavaRDD<Piece> pieces, int workers, Layout layout, boolean files) {
    int shards = layout.shards();
    ShardAssembly assembly = new ShardAssembly(layout.sharedBy(workers), files);
    return pieces
        .mapToPair(piece -> new Tuple2<>(workerOf(piece.shard(), workers, shards), piece))
        .partitionBy(new HashPartitioner(workers))
        .mapPartitionsWithIndex(
            (worker, own) -> List.of(assembly.assemble(worker, values(own))).iterator(), false);
  }

  private static Iterator<Piece> values(Iterator<Tuple2<Integer, Piece>> pairs) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pairs.hasNext();
      }

      @Override
      public Piece next() {
        return pairs.next()._2();
      }
    };
  }

  /** The same shards for another number of workers; dealt anew, from their source, when used. */
  ShardedData dealtTo(int workers) {
    return new ShardedData(dealing, workers, rows, digests, files);
  }

  /**
   * Sees to it that every group is cached: what was on a lost executor is dealt again. In a job of
   * its own, because Spark retries its tasks, and not those of a barrier stage.
   *
   * @throws RunFailedException if no executor is left, or the rows are others than before
   */
  void restore(JavaSparkContext spark, DistributedConfig config) {
    List<Holding> now =
        guarded(
            "Spark could not deal a lost worker's rows again",
            spark,
            config,
            () -> readHoldings(digests.size()));
    if (!digests(now).equals(digests)) {
      throw otherRows();
    }
  }

  private static RunFailedException otherRows() {
    return new RunFailedException(
        "The DataFrame gave other rows, or another order, when it was read again. Write it to files"
            + " or checkpoint it, and train on that.");
  }

  private static long atLeastOne(long rows, Split split) {
    if (rows < 1) {
      throw new InvalidInputException(
          "There must be at least one "
              + split
              + " row, but there are none. Check the input path and the filters before it.");
    }
    return rows;
  }

  private static int workerOf(int shard, int workers, int shards) {
    int worker = 0;
    while (ShardGroup.firstShard(worker + 1, workers, shards) <= shard) {
      worker++;
    }
    return worker;
  }

  /**
   * Rows in the order of their partitions, with the number of each partition's first one: what
   * {@code zipWithIndex} does, and the count with it, in one pass.
   */
  private record Numbered(JavaRDD<Row> rows, Examples.Reader reader, long[] starts) {
    private static Numbered of(Examples examples) {
      JavaRDD<Row> rows = examples.rows();
      List<Long> sizes = rows.mapPartitions(own -> List.of(size(own)).iterator()).collect();
      long[] starts = new long[sizes.size() + 1];
      for (int i = 0; i < sizes.size(); i++) {
        starts[i + 1] = starts[i] + sizes.get(i);
      }
      return new Numbered(rows, examples.reader(), starts);
    }

    private static long size(Iterator<Row> rows) {
      ShardWorker.prepare(); // this is where an executor first hears of a run
      long size = 0;
      while (rows.hasNext()) {
        rows.next();
        size++;
      }
      return size;
    }

    private long count() {
      return starts[starts.length - 1];
    }

    /** Packs the rows numbered {@code [from, end)}, renumbered from 0, shard by shard. */
    private JavaRDD<Piece> pieces(Split split, long from, long end, Layout layout) {
      long[] firsts = starts;
      Examples.Reader ownReader = reader;
      return rows.mapPartitionsWithIndex(
          (partition, own) ->
              packed(
                  own,
                  firsts[partition] - from,
                  firsts[partition + 1] - from,
                  end - from,
                  split,
                  ownReader,
                  layout),
          false);
    }
  }

  /** Packs one partition's rows, numbered {@code [firstRow, nextRow)}, as far as {@code end}. */
  private static Iterator<Piece> packed(
      Iterator<Row> rows,
      long firstRow,
      long nextRow,
      long end,
      Split split,
      Examples.Reader reader,
      Layout layout) {
    PiecePacker[] packers = new PiecePacker[layout.shards()];
    for (long number = firstRow; number < Math.min(nextRow, end); number++) {
      if (!rows.hasNext()) {
        throw otherRows();
      }
      Row row = rows.next();
      if (number >= 0) {
        int shard = (int) (number % layout.shards());
        if (packers[shard] == null) {
          packers[shard] = new PiecePacker(split, number, reader);
        }
        packers[shard].add(row, number);
      }
    }
    if (nextRow <= end && rows.hasNext()) {
      throw otherRows();
    }
    List<Piece> pieces = new ArrayList<>();
    for (int shard = 0; shard < packers.length; shard++) {
      if (packers[shard] != null) {
        PiecePacker packer = packers[shard];
        pieces.add(
            new Piece(
                split,
                shard,
                packer.firstRow(),
                packer.features(),
                packer.labels(),
                packer.weights()));
      }
    }
    return pieces.iterator();
  }

  /** Frees the executors' memory, for good. */
  @Override
  public void close() {
    drop();
    dealing.end();
  }

  /** Frees the executors' memory; {@link #dealtTo} fills it again. */
  void drop() {
    boolean blocking = true; // what is under way when Spark stops makes it print a stack trace
    Uninterrupted.run(() -> groups.unpersist(blocking));
  }
}

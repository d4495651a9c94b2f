package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.lockstep.TestSpark;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Features;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Worlds in which nothing divides by anything, and the bits are LocalTrainer's all the same. */
@Tag("spark")
class UnevenWorldsTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.IntegerType)
          .add("features", DataTypes.BinaryType)
          .add("weight", DataTypes.DoubleType);
  private static final LabeledImages TEST = Digits.draw(Split.TEST, SmallRun.TEST_ROWS);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1", // one row
    "1, 8, 8, 8", // one row, and a worker for each shard
    "3, 2, 8, 4", // fewer rows than shards
    "9, 100, 8, 3", // a batch larger than the data
    "37, 5, 8, 2", // a batch that shards can't share evenly, and smaller than they are many
    "40, 1, 4, 4", // one row a step: three shards of four have none
    "41, 8, 16, 8", // more shards than workers
    "41, 7, 8, 8", // as many
    "70, 9, 64, 5", // many more, and workers that hold unlike parts of the tree
  })
  void train_rowsBatchShardsWorkers_equalsLocalTrainer(
      int rows, int batchSize, int shards, int workers) {
    for (boolean shuffle : new boolean[] {false, true}) {
      SmallRun run = new SmallRun(SmallRun.MLP, rows, batchSize, shards, shuffle);
      String local = run.local();

      assertEquals(local, run.distributed(workers, Synchronization.BARRIER), "barrier " + shuffle);
      if (shuffle) {
        assertEquals(local, run.distributed(workers, Synchronization.JOB), "job");
      }
    }
  }

  private static List<Row> rows(LabeledImages images, float[] weights) {
    int size = images.imageSize();
    return IntStream.range(0, images.rows())
        .mapToObj(
            i ->
                RowFactory.create(
                    images.labels()[i],
                    Arrays.copyOfRange(images.pixels(), i * size, (i + 1) * size),
                    (double) weights[i]))
        .toList();
  }

  private static float[] ones(int rows) {
    float[] ones = new float[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Dataset<Row> frame(JavaRDD<Row> rows) {
    return TestSpark.session().createDataFrame(rows, SCHEMA);
  }

  private static ShardGroup withShards(LabeledImages train, List<Shard> own, int shards) {
    Map<Split, List<Shard>> splits = new HashMap<>(Dealer.group(train, TEST, shards).splits());
    splits.put(Split.TRAIN, own);
    return new ShardGroup(0, splits);
  }

  private static String local(SmallRun run, ShardGroup shards) {
    return SmallRun.bits(
        LocalTrainer.train(run.session(TrainingListener.NONE), run.plan(), shards));
  }

  private static String distributed(
      SmallRun run, Dataset<Row> train, Optional<String> weight, Synchronization mode) {
    int workers = 2;
    ShardedData.Sources sources =
        new ShardedData.Sources(
            examples(run, train, weight),
            Optional.empty(),
            Optional.of(
                examples(run, TestSpark.digits(Split.TEST, SmallRun.TEST_ROWS), Optional.empty())));
    try (ShardedData data =
        ShardedData.deal(
            sources,
            new ShardedData.Layout(run.shards(), workers, run.network().inputSize(), 0, 0))) {
      return run.distributed(data, workers, mode);
    }
  }

  private static Examples examples(SmallRun run, Dataset<Row> table, Optional<String> weight) {
    return Examples.of(
        table, new Examples.Names("features", "label", weight), run.network(), InvalidRows.ERROR);
  }

  @Test
  void train_aThousandPartitionsMostOfThemEmpty_equalsLocalTrainer() {
    SmallRun run = new SmallRun(SmallRun.MLP, 90, 16, 4, true);
    List<Row> rows = rows(Digits.draw(Split.TRAIN, 90), ones(90));

    Dataset<Row> scattered = frame(TestSpark.context().parallelize(rows, 1_000));

    assertEquals(
        run.local(), distributed(run, scattered, Optional.empty(), Synchronization.BARRIER));
  }

  @ParameterizedTest
  @EnumSource(names = {"BARRIER", "JOB"})
  void train_allRowsInOnePartitionOfMany_equalsLocalTrainer(Synchronization mode) {
    SmallRun run = new SmallRun(SmallRun.MLP, 50, 8, 4, true);
    JavaSparkContext spark = TestSpark.context();
    JavaRDD<Row> rows = spark.parallelize(rows(Digits.draw(Split.TRAIN, 50), ones(50)), 1);
    JavaRDD<Row> nothing = spark.parallelize(List.of(), 20);

    Dataset<Row> heaped = frame(nothing.union(rows).union(nothing));

    assertEquals(41, heaped.rdd().getNumPartitions());
    assertEquals(run.local(), distributed(run, heaped, Optional.empty(), mode));
  }

  @Test
  void train_eachPartitionOfOneClass_equalsLocalTrainer() {
    SmallRun run = new SmallRun(SmallRun.MLP, 80, 12, 4, false);
    LabeledImages drawn = Digits.draw(Split.TRAIN, 80);
    LabeledImages sorted = sortedByLabel(drawn);

    Dataset<Row> rows = frame(TestSpark.context().parallelize(rows(sorted, ones(80)), 10));

    String expected = local(run, Dealer.group(sorted, TEST, run.shards()));
    assertEquals(expected, distributed(run, rows, Optional.empty(), Synchronization.BARRIER));
    assertNotEquals(expected, run.local(), "the order of the rows matters");
  }

  private static LabeledImages sortedByLabel(LabeledImages images) {
    int[] order =
        IntStream.range(0, images.rows())
            .boxed()
            .sorted(Comparator.comparing(i -> images.labels()[i]))
            .mapToInt(i -> i)
            .toArray();
    int size = images.imageSize();
    byte[] pixels = new byte[images.pixels().length];
    int[] labels = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(images.pixels(), order[i] * size, pixels, i * size, size);
      labels[i] = images.labels()[order[i]];
    }
    return new LabeledImages(images.height(), images.width(), pixels, labels);
  }

  @ParameterizedTest
  @CsvSource({
    "BARRIER, 60, 9, 4, 3", // every third row counts
    "JOB, 60, 9, 4, 3",
    "BARRIER, 24, 5, 8, 7", // four rows for eight shards
    "JOB, 24, 5, 8, 7",
  })
  void train_weightedRowsSomeOfZeroSomeShardsEmpty_equalsLocalTrainer(
      Synchronization mode, int rows, int batchSize, int shards, int everyNth) {
    LabeledImages drawn = Digits.draw(Split.TRAIN, rows);
    float[] weights = new float[rows];
    List<Integer> counting = new ArrayList<>();
    for (int i = 0; i < rows; i += everyNth) {
      weights[i] = 0.25f + i % 5;
      counting.add(i);
    }
    SmallRun run = new SmallRun(SmallRun.MLP, counting.size(), batchSize, shards, true);
    List<Shard> own = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      int first = shard;
      int[] mine =
          IntStream.range(0, counting.size())
              .filter(position -> position % shards == first)
              .map(counting::get)
              .toArray();
      float[] mineWeights = new float[mine.length];
      int[] labels = new int[mine.length];
      for (int i = 0; i < mine.length; i++) {
        mineWeights[i] = weights[mine[i]];
        labels[i] = drawn.labels()[mine[i]];
      }
      own.add(new Shard(shard, Features.pick(drawn, mine), labels, mineWeights));
    }

    Dataset<Row> table = frame(TestSpark.context().parallelize(rows(drawn, weights), 5));

    assertEquals(
        local(run, withShards(drawn, own, shards)),
        distributed(run, table, Optional.of("weight"), mode));
  }
}

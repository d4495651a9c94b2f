package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.DataFingerprint;
import io.lockstep.data.Digits;
import io.lockstep.data.Features;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.network.Dense;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class ShardedDataTest {
  private static final Dataset<Row> TEST = bytes(row(0, 1, 2), row(1, 3, 4));

  private static Row row(Object label, int... pixels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    return RowFactory.create(label, bytes);
  }

  private static Dataset<Row> bytes(Row... rows) {
    return frame(DataTypes.IntegerType, DataTypes.BinaryType, rows);
  }

  private static Dataset<Row> frame(DataType label, DataType features, Row... rows) {
    StructType schema = new StructType().add("label", label).add("features", features);
    return TestSpark.session().createDataFrame(List.of(rows), schema);
  }

  /** Two values in, three classes out. */
  private static final Network NETWORK =
      Network.of(new NetworkSpec(new Shape.Vector(2), List.of(new Dense(3))));

  private static ShardedData deal(Dataset<Row> train, long trainRows, long validationRows) {
    return deal(
        new ShardedData.Sources(examples(train), Optional.empty(), Optional.of(examples(TEST))),
        trainRows,
        validationRows);
  }

  private static ShardedData deal(
      ShardedData.Sources sources, long trainRows, long validationRows) {
    return ShardedData.deal(
        sources, new ShardedData.Layout(2, 2, NETWORK.inputSize(), trainRows, validationRows));
  }

  private static Examples examples(Dataset<Row> table) {
    return Examples.of(table, Examples.Names.DEFAULTS, NETWORK, InvalidRows.ERROR);
  }

  private static Examples weighted(InvalidRows invalidRows, Row... rows) {
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType))
            .add("weight", DataTypes.DoubleType);
    return Examples.of(
        TestSpark.session().createDataFrame(List.of(rows), schema),
        new Examples.Names("features", "label", Optional.of("weight")),
        NETWORK,
        invalidRows);
  }

  private static Shard firstTrainShard(Examples train) {
    ShardedData.Sources sources =
        new ShardedData.Sources(train, Optional.empty(), Optional.empty());
    try (ShardedData data = deal(sources, 0, 0)) {
      return data.groups().first().shard(Split.TRAIN, 0);
    }
  }

  @Test
  void bytes_ofFloatsAndWeights_areThoseOfEachWorkersRows() {
    Examples train =
        weighted(
            InvalidRows.ERROR,
            RowFactory.create(0.0, new Float[] {1f, 2f}, 0.5),
            RowFactory.create(1.0, new Float[] {1f, 2f}, 0.5),
            RowFactory.create(2.0, new Float[] {1f, 2f}, 0.5));
    ShardedData.Sources sources =
        new ShardedData.Sources(train, Optional.empty(), Optional.empty());

    try (ShardedData data = deal(sources, 0, 0)) {
      int row = 2 * Float.BYTES + Integer.BYTES + Float.BYTES;
      assertEquals(3L * row, data.bytes());
      assertEquals(2L * row, data.mostBytesOfAWorker());
    }
  }

  @Test
  void deal_weights_stayWithTheirRowsAndThoseOfZeroAreLeftOut() {
    Shard shard =
        firstTrainShard(
            weighted(
                InvalidRows.ERROR,
                RowFactory.create(0.0, new Float[] {1f, 2f}, 0.5),
                RowFactory.create(1.0, new Float[] {3f, 4f}, 0.0),
                RowFactory.create(2.0, new Float[] {5f, 6f}, 2.0),
                RowFactory.create(1.0, new Float[] {7f, 8f}, 3.0)));

    assertArrayEquals(new int[] {0, 1}, shard.labels());
    assertArrayEquals(new float[] {0.5f, 3f}, shard.weights());
    assertArrayEquals(new float[] {1, 2, 7, 8}, ((Features.Floats) shard.features()).values());
  }

  @Test
  void deal_skippingInvalidRows_leavesThemOutBeforeNumbering() {
    Shard shard =
        firstTrainShard(
            weighted(
                InvalidRows.SKIP,
                RowFactory.create(9.0, new Float[] {0f, 0f}, 1.0),
                RowFactory.create(null, new Float[] {0f, 0f}, 1.0),
                RowFactory.create(0.0, null, 1.0),
                RowFactory.create(0.0, new Float[] {0f, null}, 1.0),
                RowFactory.create(0.0, new Float[] {0f, Float.NaN}, 1.0),
                RowFactory.create(0.0, new Float[] {0f}, 1.0),
                RowFactory.create(0.0, new Float[] {0f, 0f}, -1.0),
                RowFactory.create(0.0, new Float[] {0f, 0f}, null),
                RowFactory.create(2.0, new Float[] {5f, 6f}, 1.0)));

    assertArrayEquals(new int[] {2}, shard.labels());
  }

  @Test
  void deal_negativeWeight_isRefusedWithItsRow() {
    Examples train =
        weighted(InvalidRows.ERROR, RowFactory.create(0.0, new Float[] {0f, 0f}, -1.0));

    assertEquals(
        "The weight of train row 0 must be >= 0 and finite, but was -1.0",
        assertThrows(InvalidInputException.class, () -> firstTrainShard(train)).getMessage());
  }

  @Test
  void deal_validationRowsOfTheirOwn_areNotTrainedOn() {
    ShardedData.Sources sources =
        new ShardedData.Sources(
            examples(bytes(row(0, 1, 1))),
            Optional.of(examples(bytes(row(1, 2, 2), row(2, 3, 3)))),
            Optional.empty());
    try (ShardedData data = deal(sources, 0, 0)) {
      assertEquals(Map.of(Split.TRAIN, 1L, Split.VALIDATION, 2L, Split.TEST, 0L), data.rows());
      ShardGroup first = data.groups().first();
      assertArrayEquals(new byte[] {1, 1}, pixels(first.shard(Split.TRAIN, 0)));
      assertArrayEquals(new byte[] {2, 2}, pixels(first.shard(Split.VALIDATION, 0)));
    }
  }

  private static final AtomicInteger READS = new AtomicInteger();

  @Test
  void deal_rowsThatChangeBetweenTwoReads_areRefused() {
    JavaRDD<Row> growing =
        TestSpark.context()
            .parallelize(List.of(0), 1)
            .mapPartitions(
                own -> Collections.nCopies(3 + READS.getAndIncrement(), row(0, 1, 2)).iterator());
    Dataset<Row> table = TestSpark.session().createDataFrame(growing, TEST.schema());

    assertEquals(
        "The DataFrame gave other rows, or another order, when it was read again. Write it to files"
            + " or checkpoint it, and train on that.",
        assertThrows(RunFailedException.class, () -> deal(table, 0, 0).close()).getMessage());
  }

  @Test
  void deal_noTestRowsWhereSomeWereGiven_isRefused() {
    Dataset<Row> none = TEST.filter("label > 5");
    ShardedData.Sources sources =
        new ShardedData.Sources(examples(TEST), Optional.empty(), Optional.of(examples(none)));

    assertEquals(
        "There must be at least one test row, but there are none. Check the input path and the"
            + " filters before it.",
        assertThrows(InvalidInputException.class, () -> deal(sources, 0, 0)).getMessage());
  }

  private static String refusal(Dataset<Row> train, long trainRows, long validationRows) {
    return assertThrows(
            InvalidInputException.class, () -> deal(train, trainRows, validationRows).close())
        .getMessage();
  }

  @Test
  void deal_sevenRows_goRoundRobinInOrder() {
    Dataset<Row> rows =
        bytes(
            row(0, 0, 0),
            row(1, 1, 1),
            row(2, 2, 2),
            row(0, 3, 3),
            row(1, 4, 4),
            row(2, 5, 5),
            row(0, 6, 6));
    try (ShardedData data = deal(rows, 6, 2)) {
      List<Shard> train = new ArrayList<>();
      List<Shard> validation = new ArrayList<>();
      for (ShardGroup group : data.groups().collect()) {
        train.addAll(group.splits().get(Split.TRAIN));
        validation.addAll(group.splits().get(Split.VALIDATION));
      }

      assertEquals(Map.of(Split.TRAIN, 4L, Split.VALIDATION, 2L, Split.TEST, 2L), data.rows());
      assertArrayEquals(new byte[] {0, 0, 2, 2}, pixels(train.get(0)));
      assertArrayEquals(new byte[] {1, 1, 3, 3}, pixels(train.get(1)));
      assertArrayEquals(new int[] {0, 2}, train.get(0).labels());
      assertArrayEquals(new byte[] {4, 4}, pixels(validation.get(0)));
      assertArrayEquals(new byte[] {5, 5}, pixels(validation.get(1)));
    }
  }

  private static byte[] pixels(Shard shard) {
    return ((Features.Bytes) shard.features()).values();
  }

  private static final int IMAGE_ROWS = 41;

  private static ShardedData dealHeld(long trainRows, long validationRows) {
    return ShardedData.deal(
        TestSpark.context(),
        Digits.draw(Split.TRAIN, IMAGE_ROWS),
        Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
        new ShardedData.Layout(4, 2, SmallRun.NETWORK.inputSize(), trainRows, validationRows));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 9", "30, 7", "3, 0"})
  void deal_imagesOfThisJvm_makesTheShardsOfTheirDataFrame(long trainRows, long validationRows) {
    ShardedData.Sources sources =
        new ShardedData.Sources(
            digits(Split.TRAIN, IMAGE_ROWS),
            Optional.empty(),
            Optional.of(digits(Split.TEST, SmallRun.TEST_ROWS)));
    ShardedData.Layout layout =
        new ShardedData.Layout(4, 2, SmallRun.NETWORK.inputSize(), trainRows, validationRows);
    try (ShardedData read = ShardedData.deal(sources, layout);
        ShardedData held = dealHeld(trainRows, validationRows)) {
      assertEquals(read.fingerprint(), held.fingerprint());
      int trainEnd = Math.toIntExact(read.rows().get(Split.TRAIN));
      assertEquals(
          DataFingerprint.of(
              Digits.draw(Split.TRAIN, IMAGE_ROWS),
              trainEnd,
              trainEnd + Math.toIntExact(validationRows),
              Digits.draw(Split.TEST, SmallRun.TEST_ROWS)),
          held.fingerprint());
      assertEquals(read.rows(), held.rows());
    }
  }

  private static Examples digits(Split split, int rows) {
    return Examples.of(
        TestSpark.digits(split, rows),
        Examples.Names.DEFAULTS,
        SmallRun.NETWORK,
        InvalidRows.ERROR);
  }

  @Test
  void dealtTo_imagesOfThisJvm_keepsEveryRow() {
    try (ShardedData two = dealHeld(0, 5)) {
      two.drop();
      ShardedData one = two.dealtTo(1);
      one.restore(TestSpark.context(), DistributedConfig.DEFAULTS); // compares with the first deal
      ShardGroup all = one.groups().first();
      one.drop();

      assertEquals(1, one.groups().getNumPartitions());
      assertEquals(4, all.count());
    }
  }

  @Test
  void close_imagesOfThisJvm_letsGoOfThem() {
    ShardedData data = dealHeld(0, 0);
    data.close();

    RunFailedException e =
        assertThrows(
            RunFailedException.class,
            () -> data.restore(TestSpark.context(), DistributedConfig.DEFAULTS));

    assertEquals(
        "The run that this task belongs to is over, or is in another JVM.", e.getMessage());
  }

  @Test
  void deal_imagesOfThisJvmThatAreTooFew_isRefused() {
    assertEquals(
        "data.trainRows must be at most the 41 rows there are, but was 42.",
        assertThrows(InvalidInputException.class, () -> dealHeld(42, 0)).getMessage());
  }

  @Test
  void deal_vectors_becomeFloats() {
    Dataset<Row> rows =
        frame(
            DataTypes.DoubleType,
            SQLDataTypes.VectorType(),
            RowFactory.create(2.0, Vectors.dense(0.5, -1)),
            RowFactory.create(0.0, Vectors.sparse(2, new int[] {1}, new double[] {7})));
    try (ShardedData data = deal(rows, 0, 0)) {
      Shard first = data.groups().first().splits().get(Split.TRAIN).get(0);

      assertArrayEquals(new float[] {0.5f, -1f}, ((Features.Floats) first.features()).values(), 0f);
      assertArrayEquals(new int[] {2}, first.labels());
    }
  }

  @Test
  void deal_labelBeyondTheClasses_isRefusedWithItsRow() {
    assertEquals(
        "Label 3 of train row 1 is outside [0, 3). Index the label column with StringIndexer or"
            + " raise the last layer's units.",
        refusal(bytes(row(0, 1, 2), row(3, 1, 2)), 0, 0));
  }

  @Test
  void deal_nullLabel_isRefusedWithItsRow() {
    assertEquals(
        "Label null of train row 0 is outside [0, 3). Index the label column with StringIndexer or"
            + " raise the last layer's units.",
        refusal(bytes(row(null, 1, 2)), 0, 0));
  }

  @Test
  void deal_fractionalLabel_isRefusedWithItsRow() {
    Dataset<Row> rows =
        frame(
            DataTypes.DoubleType, DataTypes.BinaryType, RowFactory.create(0.5, new byte[] {1, 2}));

    assertEquals(
        "Label 0.5 of train row 0 is outside [0, 3). Index the label column with StringIndexer or"
            + " raise the last layer's units.",
        refusal(rows, 0, 0));
  }

  @Test
  void deal_wrongWidth_isRefusedWithItsRow() {
    assertEquals(
        "features of train row 1 must have 2 values, the network's input, but has 3. Change"
            + " network.input or the features.",
        refusal(bytes(row(0, 1, 2), row(0, 1, 2, 3)), 0, 0));
  }

  @Test
  void deal_nullFeatures_isRefusedWithItsRow() {
    assertEquals(
        "features of train row 0 must not be null. Drop or impute it.",
        refusal(bytes(RowFactory.create(0, null)), 0, 0));
  }

  @Test
  void deal_nanFeature_isRefusedWithItsRow() {
    Dataset<Row> rows =
        frame(
            DataTypes.IntegerType,
            SQLDataTypes.VectorType(),
            RowFactory.create(0, Vectors.dense(1, Double.NaN)));

    assertEquals(
        "features of train row 0 must be finite float32 values, but value 1 is NaN. Drop or impute"
            + " it.",
        refusal(rows, 0, 0));
  }

  @Test
  void deal_moreTrainRowsThanThereAre_isRefused() {
    assertEquals(
        "data.trainRows must be at most the 1 rows there are, but was 2.",
        refusal(bytes(row(0, 1, 2)), 2, 0));
  }

  @Test
  void deal_nothingLeftToTrainOn_isRefused() {
    assertEquals(
        "There must be at least one row to train on, but there are 1, less 1 for validation. Check"
            + " the input path and data.validationRows.",
        refusal(bytes(row(0, 1, 2)), 0, 1));
  }
}

package io.lockstep.data.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

class FeatureColumnTest {
  private static final Shape TWO = new Shape.Vector(2);

  private static FeatureColumn column(DataType type, Shape input) {
    return FeatureColumn.of(new StructType().add("x", type), "x", input);
  }

  private static Object array(Number... values) {
    return CollectionConverters.asScala(List.of(values)).toSeq();
  }

  private static Row image(int channels, int height, int width, int... bytes) {
    byte[] data = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      data[i] = (byte) bytes[i];
    }
    return new GenericRowWithSchema(
        new Object[] {"a.png", height, width, channels, 0, data}, ImageSchema.columnSchema());
  }

  static Stream<Arguments> floats() {
    return Stream.of(
        Arguments.of(SQLDataTypes.VectorType(), Vectors.dense(0.5, 7)),
        Arguments.of(
            SQLDataTypes.VectorType(), Vectors.sparse(2, new int[] {0, 1}, new double[] {0.5, 7})),
        Arguments.of(DataTypes.createArrayType(DataTypes.FloatType), array(0.5f, 7f)),
        Arguments.of(DataTypes.createArrayType(DataTypes.DoubleType), array(0.5, 7.0)));
  }

  @ParameterizedTest
  @MethodSource("floats")
  void floats_ofEachKind_areTheValues(DataType type, Object cell) {
    FeatureColumn column = column(type, TWO);
    float[] target = {9, 9, 9, 9};

    assertEquals(Optional.empty(), column.defect(cell, () -> "row"));
    column.floats(cell, target, 1);

    assertArrayEquals(new float[] {9, 0.5f, 7, 9}, target);
  }

  @Test
  void floats_ofASparseVector_areZeroWhereNothingIsStored() {
    float[] target = {9, 9};

    column(SQLDataTypes.VectorType(), TWO)
        .floats(Vectors.sparse(2, new int[] {1}, new double[] {7}), target, 0);

    assertArrayEquals(new float[] {0, 7}, target);
  }

  @Test
  void bytes_ofAColourImage_areChannelByChannelRedFirst() {
    FeatureColumn column = column(ImageSchema.columnSchema(), new Shape.Image(3, 1, 2));
    Row image = image(3, 1, 2, 1, 2, 3, 4, 5, 6); // blue, green, red of two pixels

    assertEquals(Optional.empty(), column.defect(image, () -> "row"));
    assertArrayEquals(new byte[] {3, 6, 2, 5, 1, 4}, column.bytes(image));
  }

  @Test
  void bytes_ofAnImageWithAlpha_keepItLast() {
    FeatureColumn column = column(ImageSchema.columnSchema(), new Shape.Image(4, 1, 1));

    assertArrayEquals(new byte[] {3, 2, 1, 4}, column.bytes(image(4, 1, 1, 1, 2, 3, 4)));
  }

  @Test
  void bytes_ofAGrayImage_areItsPixels() {
    FeatureColumn column = column(ImageSchema.columnSchema(), TWO); // a vector takes any shape

    assertEquals(Optional.empty(), column.defect(image(1, 2, 1, 8, 9), () -> "row"));
    assertArrayEquals(new byte[] {8, 9}, column.bytes(image(1, 2, 1, 8, 9)));
  }

  static Stream<Arguments> defects() {
    DataType vector = SQLDataTypes.VectorType();
    DataType doubles = DataTypes.createArrayType(DataTypes.DoubleType);
    String width =
        "x of row 3 must have 2 values, the network's input, but has 1. Change network.input or the"
            + " features.";
    return Stream.of(
        Arguments.of(vector, null, "x of row 3 must not be null. Drop or impute it."),
        Arguments.of(vector, Vectors.dense(1), width),
        Arguments.of(doubles, array(1.0), width),
        Arguments.of(DataTypes.BinaryType, new byte[1], width),
        Arguments.of(
            vector,
            Vectors.sparse(2, new int[] {1}, new double[] {Double.NaN}),
            "x of row 3 must be finite float32 values, but value 1 is NaN. Drop or impute it."),
        Arguments.of(
            doubles,
            array(0.0, 1e300),
            "x of row 3 must be finite float32 values, but value 1 is 1.0E300. Drop or impute it."));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void defect_ofABadCell_saysRowRuleAndValue(DataType type, Object cell, String message) {
    assertEquals(Optional.of(message), column(type, TWO).defect(cell, () -> "row 3"));
  }

  @Test
  void defect_ofAnImageOfAnotherShape_namesItsFile() {
    FeatureColumn column = column(ImageSchema.columnSchema(), new Shape.Image(1, 2, 1));

    assertEquals(
        Optional.of(
            "x of row 3 (a.png) must be a 1 x 2 x 1 image, the network's input, but is a 1 x 1 x 2"
                + " image. Resize or convert it."),
        column.defect(image(1, 1, 2, 8, 9), () -> "row 3"));
  }

  @Test
  void defect_ofAnImageWithNullFieldsOrSizesThatOverflow_isNoImage() {
    FeatureColumn column = column(ImageSchema.columnSchema(), TWO);
    Object[] whole = {"a.png", 2, 1, 1, 0, new byte[] {8, 9}};
    for (int field = 0; field < whole.length; field++) {
      Object[] fields = whole.clone();
      fields[field] = null;
      Row image = new GenericRowWithSchema(fields, ImageSchema.columnSchema());

      assertEquals(
          field == 0
              ? Optional.empty()
              : Optional.of("x of row 3 (a.png) is no image that Spark can read."),
          column.defect(image, () -> "row 3"),
          "field " + field);
    }
    // 2^30 * 2^30 * 16 is 0 in 64 bits.
    Row overflowing = image(16, 1 << 30, 1 << 30);
    assertEquals(
        Optional.of("x of row 3 (a.png) is no image that Spark can read."),
        column.defect(overflowing, () -> "row 3"));
  }

  @Test
  void defect_ofAnImageThatSparkCouldNotRead_namesItsFile() {
    FeatureColumn column = column(ImageSchema.columnSchema(), new Shape.Image(1, 2, 1));

    assertEquals(
        Optional.of("x of row 3 (a.png) is no image that Spark can read."),
        column.defect(image(-1, -1, -1), () -> "row 3"));
  }

  @Test
  void of_otherTypes_isRefusedWithTheTypeAndTheRemedy() {
    String message =
        assertThrows(InvalidInputException.class, () -> column(DataTypes.StringType, TWO))
            .getMessage();

    assertEquals(
        "Column \"x\" must be a Vector, array<float>, array<double>, binary (one byte a value) or"
            + " an image, but is string. Assemble numbers with VectorAssembler.",
        message);
    assertThrows(
        InvalidInputException.class,
        () -> column(DataTypes.createArrayType(DataTypes.IntegerType), TWO));
    assertThrows(
        InvalidInputException.class,
        () -> column(new StructType().add("height", DataTypes.IntegerType), TWO));
  }

  @Test
  void of_missingColumn_isRefusedWithTheColumnsThereAre() {
    StructType schema =
        new StructType().add("id", DataTypes.LongType).add("pixels", DataTypes.BinaryType);

    assertEquals(
        "There is no column \"x\" for the features. Columns: id, pixels. Name one of these.",
        assertThrows(InvalidInputException.class, () -> FeatureColumn.of(schema, "x", TWO))
            .getMessage());
  }

  @Test
  void isBytes_ofBinaryAndImage_only() {
    assertTrue(column(DataTypes.BinaryType, TWO).isBytes());
    assertTrue(column(ImageSchema.columnSchema(), TWO).isBytes());
    assertTrue(!column(SQLDataTypes.VectorType(), TWO).isBytes());
  }
}

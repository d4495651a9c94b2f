package io.lockstep.model;

import io.lockstep.TestSpark;
import io.lockstep.data.Split;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Generated digits as DataFrames of {@code row, label, features}, in every kind of column. */
final class DigitFrames {
  static final List<String> KINDS =
      List.of("binary", "dense", "sparse", "float", "double", "image");

  private DigitFrames() {}

  static Dataset<Row> binary(int rows) {
    return TestSpark.digits(Split.TRAIN, rows);
  }

  static Dataset<Row> of(String kind, int rows) {
    if (kind.equals("binary")) {
      return binary(rows);
    }
    StructType schema =
        new StructType()
            .add("row", DataTypes.LongType)
            .add("label", DataTypes.IntegerType)
            .add("features", type(kind));
    MapFunction<Row, Row> map =
        row -> RowFactory.create(row.get(0), row.get(1), cell(kind, (byte[]) row.get(2)));
    return binary(rows).map(map, Encoders.row(schema));
  }

  private static DataType type(String kind) {
    return switch (kind) {
      case "dense", "sparse" -> SQLDataTypes.VectorType();
      case "float" -> DataTypes.createArrayType(DataTypes.FloatType);
      case "double" -> DataTypes.createArrayType(DataTypes.DoubleType);
      case "image" -> ImageSchema.columnSchema();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Object cell(String kind, byte[] pixels) {
    double[] values =
        IntStream.range(0, pixels.length).mapToDouble(i -> (pixels[i] & 0xff) / 255.0).toArray();
    return switch (kind) {
      case "dense" -> Vectors.dense(values);
      case "sparse" -> Vectors.dense(values).toSparse();
      case "float" ->
          IntStream.range(0, values.length).mapToObj(i -> (float) values[i]).toArray(Float[]::new);
      case "double" ->
          IntStream.range(0, values.length).mapToObj(i -> values[i]).toArray(Double[]::new);
      case "image" -> RowFactory.create("digit", 28, 28, 1, 0, pixels);
      default -> throw new IllegalArgumentException(kind);
    };
  }
}

package io.lockstep.data.spark;

import io.lockstep.data.IdxFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** An IDX file of images without its labels: {@code row} and {@code features}. */
final class IdxImages {
  private static final StructType SCHEMA =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("features", DataTypes.BinaryType, false);

  private IdxImages() {}

  /** Images {@code [from, to)} of the file. */
  private record Slice(int from, int to) implements Serializable {}

  /** The images of {@code file}, gzipped or not, on any Hadoop filesystem. */
  static Dataset<Row> load(SparkSession spark, String file) throws IOException {
    int count = IdxFile.imageHeader(file, MnistDataSource.source(file)).count();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slices = Math.min(context.defaultParallelism(), count);
    List<Slice> all = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      all.add(
          new Slice(
              Math.toIntExact((long) count * i / slices),
              Math.toIntExact((long) count * (i + 1) / slices)));
    }
    return spark.createDataFrame(
        context.parallelize(all, slices).flatMap(slice -> rows(file, slice).iterator()), SCHEMA);
  }

  private static List<Row> rows(String file, Slice slice) throws IOException {
    byte[] pixels = IdxFile.images(file, MnistDataSource.source(file), slice.from, slice.to);
    int size = pixels.length / (slice.to - slice.from);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < slice.to - slice.from; i++) {
      rows.add(
          RowFactory.create(
              (long) slice.from + i, Arrays.copyOfRange(pixels, i * size, (i + 1) * size)));
    }
    return rows;
  }
}

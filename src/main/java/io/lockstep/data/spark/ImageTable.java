package io.lockstep.data.spark;

import io.lockstep.data.LabeledImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Labelled images as a Spark table: {@code row} (number in file order, from 0), {@code label} (the
 * class), {@code features} (one byte a pixel, row after row).
 */
record ImageTable(String name, ImageRows images)
    implements Table, SupportsRead, ScanBuilder, Scan, Batch {
  static final StructType SCHEMA =
      new StructType()
          .add("row", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("features", DataTypes.BinaryType, false);

  @Override
  @SuppressWarnings("deprecation") // Table.columns() is derived from it
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return this;
  }

  @Override
  public Scan build() {
    return this;
  }

  @Override
  public StructType readSchema() {
    return SCHEMA;
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  /** Rows of one partition at most: its reader holds them all. MNIST's would be 51 MB. */
  private static final int MOST_ROWS = 1 << 16;

  /** Rows {@code [from, to)} of the table. */
  private record Slice(int from, int to) implements InputPartition {}

  @Override
  public InputPartition[] planInputPartitions() {
    int least = images.rows() / MOST_ROWS + 1;
    int slices = Math.max(least, SparkSession.active().sparkContext().defaultParallelism());
    Slice[] partitions = new Slice[Math.max(1, Math.min(slices, images.rows()))];
    Arrays.setAll(
        partitions,
        i ->
            new Slice(
                Math.toIntExact((long) images.rows() * i / partitions.length),
                Math.toIntExact((long) images.rows() * (i + 1) / partitions.length)));
    return partitions;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Factory(images);
  }

  private record Factory(ImageRows images) implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      Slice slice = (Slice) partition;
      try {
        return new Reader(slice.from(), images.slice(slice.from(), slice.to()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Reader implements PartitionReader<InternalRow> {
    private final int firstRow;
    private final LabeledImages slice;
    private int next = -1;

    private Reader(int firstRow, LabeledImages slice) {
      this.firstRow = firstRow;
      this.slice = slice;
    }

    @Override
    public boolean next() {
      next++;
      return next < slice.rows();
    }

    @Override
    public InternalRow get() {
      int size = slice.imageSize();
      byte[] pixels = Arrays.copyOfRange(slice.pixels(), next * size, (next + 1) * size);
      return new GenericInternalRow(
          new Object[] {(long) firstRow + next, slice.labels()[next], pixels});
    }

    @Override
    public void close() {}
  }
}

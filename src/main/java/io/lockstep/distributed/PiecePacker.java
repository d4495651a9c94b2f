package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Features;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Packs the examples of one shard one behind the other, bytes as bytes, all else as floats. */
final class PiecePacker {
  private final Split split;
  private final long firstRow;
  private final Examples.Reader reader;
  private final int width;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private float[] floats = new float[0];
  private float[] weights = new float[0];
  private final IntStream.Builder labels = IntStream.builder();
  private int rows;

  PiecePacker(Split split, long firstRow, Examples.Reader reader) {
    this.split = split;
    this.firstRow = firstRow;
    this.reader = reader;
    this.width = reader.features().input().size();
  }

  /** The number of the first row packed. */
  long firstRow() {
    return firstRow;
  }

  /**
   * Packs {@code row}, which is row {@code number} of the split.
   *
   * @throws InvalidInputException if it has a defect, naming the row
   */
  void add(Row row, long number) {
    reader
        .defect(row, () -> split + " row " + number)
        .ifPresent(
            defect -> {
              throw new InvalidInputException(defect);
            });
    labels.add(reader.label(row));
    Object features = reader.featuresOf(row);
    if (reader.features().isBytes()) {
      bytes.writeBytes(reader.features().bytes(features));
    } else {
      int start = Math.multiplyExact(rows, width);
      floats = withRoom(floats, Math.addExact(start, width));
      reader.features().floats(features, floats, start);
    }
    if (reader.weighted()) {
      weights = withRoom(weights, rows + 1);
      weights[rows] = reader.weight(row);
    }
    rows++;
  }

  private static float[] withRoom(float[] values, int needed) {
    return needed <= values.length
        ? values
        : Arrays.copyOf(values, Math.max(needed, (int) Math.min(2L * values.length, MAX_LENGTH)));
  }

  /** The longest array that every JVM allocates. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  Features features() {
    return reader.features().isBytes()
        ? new Features.Bytes(width, bytes.toByteArray())
        : new Features.Floats(width, Arrays.copyOf(floats, rows * width));
  }

  int[] labels() {
    return labels.build().toArray();
  }

  /** Of the rows; empty without a column of weights. */
  float[] weights() {
    return Arrays.copyOf(weights, reader.weighted() ? rows : 0);
  }
}

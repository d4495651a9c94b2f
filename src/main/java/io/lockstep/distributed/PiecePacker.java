package io.lockstep.distributed;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Features;
import io.lockstep.data.Split;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/**
 * Packs rows of {@code (label, features)} one behind the other: {@code binary} features stay one
 * byte a value, a {@code Vector} becomes floats.
 */
final class PiecePacker {
  private final Split split;
  private final long firstRow;
  private final ShardedData.Plan plan;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private float[] floats = new float[0];
  private final IntStream.Builder labels = IntStream.builder();
  private int rows;

  PiecePacker(Split split, long firstRow, ShardedData.Plan plan) {
    this.split = split;
    this.firstRow = firstRow;
    this.plan = plan;
  }

  /** The number of the first row packed. */
  long firstRow() {
    return firstRow;
  }

  /**
   * Packs {@code row}, which is row {@code number} of the split.
   *
   * @throws InvalidInputException if it does not fit the plan, naming the row
   */
  void add(Row row, long number) {
    labels.add(label(row, number));
    Object features = row.get(1);
    if (features instanceof byte[] values) {
      requireWidth(values.length, number);
      bytes.writeBytes(values);
    } else if (features instanceof Vector values) {
      requireWidth(values.size(), number);
      addFloats(values.toArray(), number);
    } else {
      throw new InvalidInputException(
          String.format(
              "features of %s row %d must be binary or a Vector, but is %s.",
              split, number, features == null ? "null" : features.getClass().getSimpleName()));
    }
    rows++;
  }

  private int label(Row row, long number) {
    if (!row.isNullAt(0) && row.get(0) instanceof Number value) {
      double label = value.doubleValue();
      if (label >= 0 && label < plan.classes() && label == Math.rint(label)) {
        return (int) label;
      }
    }
    throw new InvalidInputException(
        String.format(
            "Label %s of %s row %d is outside [0, %d). Index the label column with StringIndexer or"
                + " raise the last layer's units.",
            row.get(0), split, number, plan.classes()));
  }

  private void requireWidth(int width, long number) {
    if (width != plan.width()) {
      throw new InvalidInputException(
          String.format(
              "features of %s row %d must have %d values, the network's input, but has %d. Change"
                  + " network.input or the features.",
              split, number, plan.width(), width));
    }
  }

  private void addFloats(double[] values, long number) {
    int start = Math.multiplyExact(rows, plan.width());
    if (start + values.length > floats.length) {
      int grown = Math.max(Math.addExact(start, values.length), 2 * floats.length);
      floats = Arrays.copyOf(floats, grown);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new InvalidInputException(
            String.format(
                Locale.ROOT,
                "features of %s row %d must be finite, but value %d is %s. Drop or impute it.",
                split,
                number,
                i,
                values[i]));
      }
      floats[start + i] = (float) values[i];
    }
  }

  Features features() {
    return bytes.size() > 0
        ? new Features.Bytes(plan.width(), bytes.toByteArray())
        : new Features.Floats(plan.width(), Arrays.copyOf(floats, rows * plan.width()));
  }

  int[] labels() {
    return labels.build().toArray();
  }
}

package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Shape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A DataFrame's column of features, and how its cells become a network's input.
 *
 * @param name of the column
 * @param kind what its cells are
 * @param input what the network takes
 */
public record FeatureColumn(String name, Kind kind, Shape input) implements Serializable {
  /** In Spark's image struct, where the image is from; may be null. */
  private static final int IMAGE_ORIGIN = 0;

  /** What a column's type says about its cells. */
  public enum Kind {
    /** One unsigned byte a value, meaning {@code value / 255}. */
    BINARY,
    /** Spark's image struct: bytes like {@link #BINARY}, but pixel by pixel, blue first. */
    IMAGE,
    /** A dense or sparse {@link Vector}. */
    VECTOR,
    /** {@code array<float>} or {@code array<double>}. */
    ARRAY
  }

  /**
   * The column {@code name} of {@code schema}.
   *
   * @param input what the network takes
   * @throws InvalidInputException if there is no such column, or it holds something else
   */
  public static FeatureColumn of(StructType schema, String name, Shape input) {
    DataType type = Columns.find(schema, name, "features").dataType();
    return new FeatureColumn(name, kind(name, type), input);
  }

  private static Kind kind(String name, DataType type) {
    if (type.equals(DataTypes.BinaryType)) {
      return Kind.BINARY;
    }
    if (type.equals(SQLDataTypes.VectorType())) {
      return Kind.VECTOR;
    }
    if (type instanceof ArrayType array
        && (array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType))) {
      return Kind.ARRAY;
    }
    if (type instanceof StructType struct && isImage(struct)) {
      return Kind.IMAGE;
    }
    throw new InvalidInputException(
        String.format(
            "Column \"%s\" must be a Vector, array<float>, array<double>, binary (one byte a value)"
                + " or an image, but is %s. Assemble numbers with VectorAssembler.",
            name, type.simpleString()));
  }

  /** Whether {@code struct} is that of {@code spark.read().format("image")}, nullable or not. */
  private static boolean isImage(StructType struct) {
    StructField[] fields = struct.fields();
    StructField[] expected = ImageSchema.columnSchema().fields();
    return Arrays.equals(
        fields,
        expected,
        Comparator.comparing(StructField::name).thenComparing(field -> field.dataType().sql()));
  }

  /** Whether cells become bytes, meaning {@code value / 255}, rather than floats. */
  public boolean isBytes() {
    return kind == Kind.BINARY || kind == Kind.IMAGE;
  }

  /**
   * What keeps {@code cell} from being an input, if anything does.
   *
   * @param where names the row
   */
  public Optional<String> defect(Object cell, Supplier<String> where) {
    String defect = cell == null ? "must not be null. Drop or impute it." : defect(cell);
    return Optional.ofNullable(defect).map(text -> name + " of " + where.get() + " " + text);
  }

  private String defect(Object cell) {
    return switch (kind) {
      case BINARY -> widthDefect(((byte[]) cell).length);
      case IMAGE -> imageDefect((Row) cell);
      case VECTOR -> vectorDefect((Vector) cell);
      case ARRAY -> arrayDefect(list(cell));
    };
  }

  private String widthDefect(int width) {
    return width == input.size()
        ? null
        : String.format(
            "must have %d values, the network's input, but has %d. Change network.input or the"
                + " features.",
            input.size(), width);
  }

  private String imageDefect(Row image) {
    String unreadable =
        String.format("(%s) is no image that Spark can read.", image.get(IMAGE_ORIGIN));
    for (int field = IMAGE_ORIGIN + 1; field < image.size(); field++) {
      if (image.isNullAt(field)) {
        return unreadable;
      }
    }
    int height = ImageSchema.getHeight(image);
    int width = ImageSchema.getWidth(image);
    int channels = ImageSchema.getNChannels(image);
    byte[] data = ImageSchema.getData(image);
    boolean whole =
        height > 0
            && width > 0
            && channels > 0
            && data.length % channels == 0
            && data.length / channels == (long) height * width; // all three may overflow
    if (!whole) {
      return unreadable;
    }
    Shape.Image shape = new Shape.Image(channels, height, width);
    boolean fits =
        input instanceof Shape.Image ? input.equals(shape) : input.size() == shape.size();
    return fits
        ? null
        : String.format(
            "(%s) must be a %s, the network's input, but is a %s. Resize or convert it.",
            image.get(IMAGE_ORIGIN), input, shape);
  }

  private String vectorDefect(Vector vector) {
    String defect = widthDefect(vector.size());
    double[] values = defect == null ? stored(vector) : new double[0];
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite((float) values[i])) {
        int index = vector instanceof SparseVector sparse ? sparse.indices()[i] : i;
        return notFinite(index, values[i]);
      }
    }
    return defect;
  }

  private static double[] stored(Vector vector) {
    return vector instanceof SparseVector sparse ? sparse.values() : vector.toArray();
  }

  private String arrayDefect(List<Number> values) {
    String defect = widthDefect(values.size());
    for (int i = 0; defect == null && i < values.size(); i++) {
      Number value = values.get(i);
      if (value == null || !Float.isFinite(value.floatValue())) {
        defect = notFinite(i, value);
      }
    }
    return defect;
  }

  private static String notFinite(int index, Number value) {
    return String.format(
        "must be finite float32 values, but value %d is %s. Drop or impute it.", index, value);
  }

  /** Spark hands over a Seq, or, straight from another function, whatever that returned. */
  @SuppressWarnings("unchecked") // the column's type says what the elements are
  private static List<Number> list(Object cell) {
    if (cell instanceof Number[] array) {
      return Arrays.asList(array);
    }
    return cell instanceof List<?> list
        ? (List<Number>) list
        : CollectionConverters.asJava((Seq<Number>) cell);
  }

  /** The bytes of a cell without {@link #defect}: channel by channel, red first. */
  public byte[] bytes(Object cell) {
    return kind == Kind.BINARY ? (byte[]) cell : planes((Row) cell);
  }

  /** Spark stores an image's pixels one by one, as blue, green, red, alpha. */
  private static byte[] planes(Row image) {
    byte[] pixels = ImageSchema.getData(image);
    int channels = ImageSchema.getNChannels(image);
    if (channels == 1) {
      return pixels;
    }
    int size = pixels.length / channels;
    byte[] planes = new byte[pixels.length];
    for (int channel = 0; channel < channels; channel++) {
      int stored = channel < 3 ? 2 - channel : channel;
      for (int i = 0; i < size; i++) {
        planes[channel * size + i] = pixels[i * channels + stored];
      }
    }
    return planes;
  }

  /** Writes the values of a cell without {@link #defect} to {@code target[offset...]}. */
  public void floats(Object cell, float[] target, int offset) {
    if (kind == Kind.ARRAY) {
      int next = offset;
      for (Number value : list(cell)) {
        target[next++] = value.floatValue();
      }
      return;
    }
    double[] values = stored((Vector) cell);
    if (cell instanceof SparseVector sparse) {
      Arrays.fill(target, offset, offset + sparse.size(), 0);
      for (int i = 0; i < values.length; i++) {
        target[offset + sparse.indices()[i]] = (float) values[i];
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        target[offset + i] = (float) values[i];
      }
    }
  }
}

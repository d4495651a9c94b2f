package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * A DataFrame of examples for a network: which columns are what, checked against its schema.
 *
 * @param table with at least these columns
 * @param reader of its rows
 */
public record Examples(Dataset<Row> table, Reader reader) {
  /**
   * Names of columns.
   *
   * @param features see {@link FeatureColumn}
   * @param label any number type, 0 to classes - 1
   * @param weight how much a row counts in the loss, if not all the same; any number type, &ge; 0
   */
  public record Names(String features, String label, Optional<String> weight) {
    /** As lockstep's own data sources call them. */
    public static final Names DEFAULTS = new Names("features", "label", Optional.empty());

    /**
     * Checks that {@code schema} has these columns.
     *
     * @param network that is to learn from them
     * @throws InvalidInputException if one is missing or of another type
     */
    public void requireIn(StructType schema, Network network) {
      FeatureColumn.of(schema, features, network.spec().input());
      requireNumeric(schema, label, "labels", "Index it with StringIndexer.");
      weight.ifPresent(name -> requireNumeric(schema, name, "weights", "Cast it."));
    }
  }

  /**
   * Reads rows of label, features and, if there is one, weight.
   *
   * @param features how the features become an input
   * @param weighted whether there is a weight
   * @param classes labels are 0 to classes - 1
   * @param invalidRows what becomes of rows with a defect
   */
  public record Reader(
      FeatureColumn features, boolean weighted, int classes, InvalidRows invalidRows)
      implements Serializable {
    private static final int LABEL = 0;
    private static final int FEATURES = 1;
    private static final int WEIGHT = 2;

    /**
     * What keeps {@code row} from being used, if anything does.
     *
     * @param where names the row
     */
    public Optional<String> defect(Row row, Supplier<String> where) {
      Optional<String> labelDefect = labelDefect(row.get(LABEL), where);
      if (labelDefect.isPresent()) {
        return labelDefect;
      }
      if (weighted && !isWeight(row.get(WEIGHT))) {
        return Optional.of(
            String.format(
                "The weight of %s must be >= 0 and finite, but was %s",
                where.get(), row.get(WEIGHT)));
      }
      return features.defect(row.get(FEATURES), where);
    }

    /** What keeps {@code cell} from being a label, if anything does. */
    public Optional<String> labelDefect(Object cell, Supplier<String> where) {
      return isClass(cell)
          ? Optional.empty()
          : Optional.of(
              String.format(
                  "Label %s of %s is outside [0, %d). Index the label column with StringIndexer or"
                      + " raise the last layer's units.",
                  cell, where.get(), classes));
    }

    private boolean isClass(Object cell) {
      return cell instanceof Number number
          && number.doubleValue() >= 0
          && number.doubleValue() < classes
          && number.doubleValue() == Math.rint(number.doubleValue());
    }

    private static boolean isWeight(Object cell) {
      return cell instanceof Number number
          && number.floatValue() >= 0
          && Float.isFinite(number.floatValue());
    }

    private boolean counts(Row row) {
      if (invalidRows == InvalidRows.SKIP && defect(row, () -> "").isPresent()) {
        return false;
      }
      return !weighted || !(row.get(WEIGHT) instanceof Number) || weight(row) != 0;
    }

    /** The class of a row without defect. */
    public int label(Row row) {
      return ((Number) row.get(LABEL)).intValue();
    }

    /** The features of a row without defect, for {@link #features}. */
    public Object featuresOf(Row row) {
      return row.get(FEATURES);
    }

    /** The weight of a row without defect; 1 without a column of weights. */
    public float weight(Row row) {
      return weighted ? ((Number) row.get(WEIGHT)).floatValue() : 1;
    }
  }

  /**
   * The examples in {@code table}.
   *
   * @param network that is to learn them
   * @throws InvalidInputException if a column is missing or of another type
   */
  public static Examples of(
      Dataset<Row> table, Names names, Network network, InvalidRows invalidRows) {
    names.requireIn(table.schema(), network);
    FeatureColumn features =
        FeatureColumn.of(table.schema(), names.features(), network.spec().input());
    List<Column> columns = new ArrayList<>();
    columns.add(Columns.of(table, names.label()));
    columns.add(Columns.of(table, names.features()));
    names.weight().ifPresent(weight -> columns.add(Columns.of(table, weight)));
    return new Examples(
        table.select(columns.toArray(Column[]::new)),
        new Reader(features, names.weight().isPresent(), network.classes(), invalidRows));
  }

  private static void requireNumeric(StructType schema, String name, String role, String remedy) {
    DataType type = Columns.find(schema, name, role).dataType();
    if (!(type instanceof NumericType)) {
      throw new InvalidInputException(
          String.format(
              "Column \"%s\" must be numeric, for the %s, but is %s. %s",
              name, role, type.simpleString(), remedy));
    }
  }

  /**
   * Label, features and weight of the rows that count: not those of weight 0, which change nothing,
   * nor, if they are to be skipped, those with a defect.
   */
  public JavaRDD<Row> rows() {
    Reader own = reader;
    boolean all = !own.weighted && own.invalidRows == InvalidRows.ERROR;
    return all ? table.javaRDD() : table.javaRDD().filter(own::counts);
  }
}

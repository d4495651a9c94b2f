package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.GeneratedTable;
import io.lockstep.data.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Tables whose columns are numbers: a network takes them side by side, as one vector. */
public final class Tables {
  private static final String ROW = "row";
  private static final String LABEL = "label";

  private Tables() {}

  /** {@link GeneratedTable}: {@code row, label, c1, c2, ...}. */
  public static Dataset<Row> generated(SparkSession spark, Split split) {
    StructType schema =
        new StructType()
            .add(ROW, DataTypes.LongType, false)
            .add(LABEL, DataTypes.IntegerType, false);
    for (int i = 1; i <= GeneratedTable.COLUMNS; i++) {
      schema = schema.add("c" + i, DataTypes.DoubleType, false);
    }
    List<Row> rows =
        IntStream.range(0, GeneratedTable.rows(split))
            .mapToObj(row -> row(row, GeneratedTable.draw(split, row)))
            .toList();
    return spark.createDataFrame(rows, schema);
  }

  private static Row row(long number, GeneratedTable.Example example) {
    Object[] cells = new Object[2 + GeneratedTable.COLUMNS];
    cells[0] = number;
    cells[1] = example.label();
    Arrays.setAll(cells, i -> i < 2 ? cells[i] : (Object) example.values()[i - 2]);
    return RowFactory.create(cells);
  }

  /**
   * {@code table} with a column of features: its own of that name, else its numeric columns in
   * their order, as an array.
   *
   * @param features name of the column
   * @param apart columns that are no features, whatever they hold: the label, the key
   * @throws InvalidInputException if there is neither
   */
  public static Dataset<Row> withFeatures(Dataset<Row> table, String features, Set<String> apart) {
    if (Arrays.stream(table.columns()).anyMatch(features::equalsIgnoreCase)) {
      return table;
    }
    Column[] numbers =
        Arrays.stream(table.schema().fields())
            .filter(field -> field.dataType() instanceof NumericType)
            .filter(field -> apart.stream().noneMatch(field.name()::equalsIgnoreCase))
            .map(field -> Columns.of(table, field.name()).cast(DataTypes.DoubleType))
            .toArray(Column[]::new);
    if (numbers.length == 0) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "The table must have a column \"%s\" or numeric columns beside %s, but has %s.",
              features,
              String.join(", ", apart.stream().sorted().toList()),
              String.join(", ", table.columns())));
    }
    return table.withColumn(features, functions.array(numbers));
  }
}

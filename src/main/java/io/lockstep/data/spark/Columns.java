package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds columns, and says which there are when one is missing. */
public final class Columns {
  private Columns() {}

  /** The column of {@code table} called {@code name}, even if the name has dots. */
  public static Column of(Dataset<Row> table, String name) {
    return table.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * The column {@code name} of {@code schema}, as Spark resolves names.
   *
   * @param role what it is for, in messages
   * @throws InvalidInputException if there is no such column, or several
   */
  public static StructField find(StructType schema, String name, String role) {
    List<StructField> found = matching(schema, name);
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new InvalidInputException(
        String.format(
            "There is no%s column \"%s\" for the %s. Columns: %s. Name one of these.",
            found.isEmpty() ? "" : " single", name, role, String.join(", ", schema.fieldNames())));
  }

  /** Whether {@code schema} has a column that Spark would take for {@code name}. */
  public static boolean has(StructType schema, String name) {
    return !matching(schema, name).isEmpty();
  }

  private static List<StructField> matching(StructType schema, String name) {
    boolean caseSensitive = SQLConf.get().caseSensitiveAnalysis();
    return Arrays.stream(schema.fields())
        .filter(
            field ->
                caseSensitive ? field.name().equals(name) : field.name().equalsIgnoreCase(name))
        .toList();
  }
}

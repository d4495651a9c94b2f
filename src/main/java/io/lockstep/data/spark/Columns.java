package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
   * The column {@code name} of {@code schema}.
   *
   * @param role what it is for, in messages
   * @throws InvalidInputException if there is no such column
   */
  public static StructField find(StructType schema, String name, String role) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    String.format(
                        "There is no column \"%s\" for the %s. Columns: %s. Name one of these.",
                        name, role, String.join(", ", schema.fieldNames()))));
  }
}

package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import java.util.Arrays;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds columns, and says which there are when one is missing. */
final class Columns {
  private Columns() {}

  /**
   * The column {@code name} of {@code schema}.
   *
   * @param role what it is for, in messages
   */
  static StructField find(StructType schema, String name, String role) {
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

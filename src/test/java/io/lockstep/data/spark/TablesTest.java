package io.lockstep.data.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.GeneratedTable;
import io.lockstep.data.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class TablesTest {
  @TempDir private Path folder;

  private static Dataset<Row> sql(String query) {
    return TestSpark.session().sql(query);
  }

  @Test
  void generated_rows_areThoseOfTheTable() {
    List<Row> rows = Tables.generated(TestSpark.session(), Split.TEST).collectAsList();

    assertEquals(GeneratedTable.rows(Split.TEST), rows.size());
    GeneratedTable.Example third = GeneratedTable.draw(Split.TEST, 2);
    assertEquals(2L, rows.get(2).getLong(0));
    assertEquals(third.label(), rows.get(2).getInt(1));
    assertEquals(third.values()[19], rows.get(2).<Double>getAs("c20"));
  }

  @Test
  void withFeatures_numericColumns_standSideBySideInTheirOrder() {
    Dataset<Row> table = sql("select 5 label, 'x' name, 3 `b.1`, 2.5f a, 1L row, 7.25d c");

    Row row = Tables.withFeatures(table, "features", Set.of("row", "label")).first();

    assertArrayEquals(
        new Double[] {3.0, 2.5, 7.25}, row.<Double>getList(row.fieldIndex("features")).toArray());
  }

  @Test
  void withFeatures_aColumnOfThatName_isTaken() {
    Dataset<Row> table = sql("select 5 label, 3 b, array(1.0f) Features");

    assertEquals(
        List.of("label", "b", "Features"),
        List.of(Tables.withFeatures(table, "features", Set.of("label")).columns()));
  }

  @Test
  void withFeatures_neither_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                Tables.withFeatures(sql("select 1 label, 'x' name"), "features", Set.of("label")));

    assertEquals(
        "The table must have a column \"features\" or numeric columns beside label, but has label,"
            + " name.",
        e.getMessage());
  }

  @Test
  void load_parquetOfNumericColumns_hasKeyAndFeatures() {
    String file = folder.resolve("some.parquet").toString();
    sql("select 1 label, 2.0d x, 3 y").write().parquet(file);

    InputTable table = InputTable.load(TestSpark.session(), file, InputFormat.PARQUET, "features");

    assertEquals(List.of("path", "row"), table.key());
    assertEquals(List.of(2.0, 3.0), table.rows().first().getList(5));
  }
}

package io.lockstep.data.spark;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What the data sources of labelled images share: the schema and the table. */
abstract class ImageDataSource implements TableProvider, DataSourceRegister {
  /** The rows that {@code options} ask for. */
  abstract ImageRows rows(CaseInsensitiveStringMap options);

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return ImageTable.SCHEMA;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new ImageTable(shortName(), rows(new CaseInsensitiveStringMap(properties)));
  }
}

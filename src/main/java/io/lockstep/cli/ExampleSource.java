package io.lockstep.cli;

import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.run.RowSource;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Training and test rows that a command can read. */
sealed interface ExampleSource permits ImageSource, TableSource {
  /** One split as a DataFrame with the columns {@code row, label, features}. */
  Dataset<Row> load(SparkSession spark, Split split);

  /**
   * Checks what can be known of the rows before anything is started.
   *
   * @throws io.lockstep.base.InvalidInputException if they don't fit {@code network}
   */
  VerifiedRows verify(Network network) throws IOException;

  /** Both splits, read (or drawn) by the executors as examples for {@code network}. */
  default RowSource rows(Network network) {
    return (context, plan, config) -> {
      SparkSession spark = SparkSession.builder().getOrCreate();
      return ShardedData.deal(
          new ShardedData.Sources(
              examples(spark, Split.TRAIN, network),
              Optional.empty(),
              Optional.of(examples(spark, Split.TEST, network))),
          plan,
          config);
    };
  }

  private Examples examples(SparkSession spark, Split split, Network network) {
    return Examples.of(load(spark, split), Examples.Names.DEFAULTS, network, InvalidRows.ERROR);
  }
}

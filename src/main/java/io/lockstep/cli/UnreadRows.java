package io.lockstep.cli;

import io.lockstep.data.DataFingerprint;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.report.Pictures;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Rows that Spark's tasks read, and check as they are dealt.
 *
 * @param notice why, where one would expect otherwise
 */
record UnreadRows(ExampleSource source, Network network, Optional<String> notice)
    implements VerifiedRows {
  @Override
  public Optional<DataFingerprint> fingerprint(ShardedData.Layout layout) {
    return Optional.empty();
  }

  @Override
  public Optional<Pictures> pictures() {
    return Optional.empty();
  }

  @Override
  public ShardedData deal(
      JavaSparkContext spark, ShardedData.Layout layout, DistributedConfig config) {
    return source.rows(network).deal(spark, layout, config);
  }
}

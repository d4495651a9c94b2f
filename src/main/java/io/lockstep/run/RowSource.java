package io.lockstep.run;

import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.ShardedData;
import org.apache.spark.api.java.JavaSparkContext;

/** Where the rows of a run come from. */
@FunctionalInterface
public interface RowSource {
  /**
   * Deals them into shards; called once.
   *
   * @param config how long to wait for executors
   * @throws io.lockstep.base.InvalidInputException if a row has a defect, or there are too few
   */
  ShardedData deal(JavaSparkContext spark, ShardedData.Layout layout, DistributedConfig config);
}

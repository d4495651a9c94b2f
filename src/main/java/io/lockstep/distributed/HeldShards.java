package io.lockstep.distributed;

import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * All shards of a run, held in this JVM until {@link #forget}. Spark serialises what a task
 * captures, in local mode too: this travels as a token, by which a task finds them again.
 *
 * @param token names them in this JVM
 */
record HeldShards(String token) implements Serializable {
  private static final Map<String, Map<Split, List<Shard>>> HELD = new ConcurrentHashMap<>();

  /**
   * Holds shards.
   *
   * @param splits shards 0 to S - 1 of each split
   */
  static HeldShards hold(Map<Split, List<Shard>> splits) {
    HeldShards held = new HeldShards(UUID.randomUUID().toString());
    HELD.put(held.token, splits);
    return held;
  }

  void forget() {
    HELD.remove(token);
  }

  /** One per worker, each a task of this JVM. */
  JavaRDD<ShardGroup> groups(JavaSparkContext spark, int workers) {
    List<Integer> all = IntStream.range(0, workers).boxed().toList();
    return spark.parallelize(all, workers).map(worker -> group(worker, workers));
  }

  private ShardGroup group(int worker, int workers) {
    Map<Split, List<Shard>> splits = HELD.get(token);
    if (splits == null) {
      throw new RunFailedException(
          "The run that this task belongs to is over, or is in another JVM.");
    }
    return new ShardGroup(0, splits).part(worker, workers);
  }
}

package io.lockstep.cli;

import io.lockstep.data.DataFingerprint;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.RowStorage;
import io.lockstep.distributed.ShardedData;
import io.lockstep.network.Network;
import io.lockstep.report.Pictures;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Both splits, read and found to fit; let go of once they are dealt. */
final class VerifiedImages implements VerifiedRows {
  private final ImageSource source;
  private final Network network;
  private LabeledImages train;
  private LabeledImages test;

  VerifiedImages(ImageSource source, Network network, LabeledImages train, LabeledImages test) {
    this.source = source;
    this.network = network;
    this.train = train;
    this.test = test;
  }

  @Override
  public Optional<DataFingerprint> fingerprint(ShardedData.Layout layout) {
    Map<Split, Long> rows = layout.rowsOfSplits(train.rows());
    int trainEnd = Math.toIntExact(rows.get(Split.TRAIN));
    int validationEnd = trainEnd + Math.toIntExact(rows.get(Split.VALIDATION));
    return Optional.of(DataFingerprint.of(train, trainEnd, validationEnd, test));
  }

  @Override
  public Optional<Pictures> pictures() {
    return Optional.of(Pictures.of(train, test));
  }

  /** Tasks of this JVM get the images by reference, executors read (or draw) them themselves. */
  @Override
  public ShardedData deal(
      JavaSparkContext spark, ShardedData.Layout layout, DistributedConfig config) {
    LabeledImages ownTrain = train;
    LabeledImages ownTest = test;
    train = null;
    test = null;
    return spark.isLocal() && config.rows() != RowStorage.FILES
        ? ShardedData.deal(spark, ownTrain, ownTest, layout)
        : source.rows(network).deal(spark, layout, config);
  }
}

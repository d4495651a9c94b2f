package io.lockstep.distributed;

import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import io.lockstep.data.Augmentation;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Examples;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.network.AvgPool2d;
import io.lockstep.network.BatchNorm1d;
import io.lockstep.network.BatchNorm2d;
import io.lockstep.network.Concat;
import io.lockstep.network.Conv2d;
import io.lockstep.network.Dense;
import io.lockstep.network.Dropout;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.LeakyRelu;
import io.lockstep.network.MaxPool2d;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Residual;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.network.Sigmoid;
import io.lockstep.network.Tanh;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run of seconds that uses everything: convolution, pooling, dense layers, momentum, shuffling.
 *
 * @param network what is trained
 * @param trainRows of generated digits
 * @param batchSize examples per step
 * @param shards S
 * @param shuffle whether epochs differ
 * @param training what a run file says besides
 */
public record SmallRun(
    Network network, int trainRows, int batchSize, int shards, boolean shuffle, String training) {
  /** Each way to train that the driver has a part in, at once. */
  public static final String EVERYTHING =
      "optimizer {adamw {learningRate = 0.01}}, schedule {warmup {steps = 3, then {cosine {}}}},"
          + " clipNorm = 0.5, labelSmoothing = 0.1, averageWeights = 0.8, shuffleBlock = 7";

  /** Of a run with {@link #EVERYTHING}. */
  public static final Augmentation AUGMENTATION =
      new Augmentation(2, 10, 0.1, 0.1, new Augmentation.Elastic(4, 20));

  public static final int TEST_ROWS = 70;
  public static final Network NETWORK =
      Network.of(
          new NetworkSpec(
              new Shape.Image(1, 28, 28),
              List.of(
                  new Conv2d(3, 5, 1, 0),
                  new Relu(),
                  new MaxPool2d(2, 2, 0),
                  new Conv2d(4, 3, 1, 0),
                  new MaxPool2d(2, 2, 0),
                  new Flatten(),
                  new Dense(10))));

  /** Layers that are told what they hold, that observe, and that go several ways. */
  public static final Network EVERY_LAYER =
      Network.of(
          new NetworkSpec(
              new Shape.Image(1, 28, 28),
              List.of(
                  new Conv2d(3, 5, 2, 0),
                  new BatchNorm2d(0.1, 1e-5),
                  new LeakyRelu(0.1),
                  new Dropout(0.2),
                  new Residual(
                      List.of(new Conv2d(3, 3, 1, 1), new BatchNorm2d(0.1, 1e-5), new Tanh())),
                  new MaxPool2d(2, 2, 0),
                  new Concat(
                      List.of(
                          List.of(),
                          List.of(new Conv2d(2, 1, 1, 0), new Sigmoid()),
                          List.of(new AvgPool2d(3, 1, 1), new Residual(List.of(new Relu()))))),
                  new Flatten(),
                  new Dense(20),
                  new BatchNorm1d(0.2, 1e-5),
                  new Dropout(0.5),
                  new Dense(10))));

  public static final Network MLP =
      Network.of(
          new NetworkSpec(
              new Shape.Image(1, 28, 28),
              List.of(new Flatten(), new Dense(30), new Relu(), new Dense(10))));

  /** One whose gradients are rounded, and then clipped. */
  static SmallRun inBf16() {
    return new SmallRun(
        EVERY_LAYER, 96, 40, 8, true, "optimizer {adam {}}, clipNorm = 0.5, gradients = bf16");
  }

  /** One whose shards step by themselves between averages; 3 steps an epoch are two rounds. */
  static SmallRun inLocalSteps() {
    String training =
        "optimizer {sgd {learningRate = 0.05, momentum = 0.5}}, averageEvery = 2, clipNorm = 0.5,"
            + " averageWeights = 0.8, gradients = bf16";
    return new SmallRun(EVERY_LAYER, 96, 40, 8, true, training);
  }

  public SmallRun(Network network, int trainRows, int batchSize, int shards, boolean shuffle) {
    this(
        network,
        trainRows,
        batchSize,
        shards,
        shuffle,
        "optimizer {sgd {learningRate = 0.05, momentum = 0.5}}");
  }

  public SmallRun(int trainRows, int batchSize, int shards, boolean shuffle) {
    this(NETWORK, trainRows, batchSize, shards, shuffle);
  }

  public TrainingConfig config() {
    String hocon =
        String.format(
            "epochs = 2, seed = 5, batchSize = %d, shuffle = %b, shards = %d, %s",
            batchSize, shuffle, shards, training);
    return TrainingConfig.of(Settings.of(ConfigFactory.parseString(hocon).root(), "training"));
  }

  public RunPlan plan() {
    RunPlan plan = RunPlan.of(network, new Normalization(0.13, 0.3), config(), trainRows);
    return training.equals(EVERYTHING) ? plan.withAugmentation(AUGMENTATION) : plan;
  }

  public TrainingSession session(TrainingListener listener) {
    float[] weights = Initializer.Scheme.DEFAULTS.draw(network, new Seeds(5));
    return new TrainingSession(config(), plan(), weights, false, OptionalLong.empty(), listener);
  }

  ShardedData deal(Dataset<Row> train, int workers) {
    return deal(train, workers, DistributedConfig.DEFAULTS);
  }

  private ShardedData deal(Dataset<Row> train, int workers, DistributedConfig config) {
    return ShardedData.deal(
        new ShardedData.Sources(
            examples(train),
            Optional.empty(),
            Optional.of(examples(TestSpark.digits(Split.TEST, TEST_ROWS)))),
        new ShardedData.Layout(shards, workers, network.inputSize(), 0, 0),
        config);
  }

  private Examples examples(Dataset<Row> table) {
    return Examples.of(table, Examples.Names.DEFAULTS, network, InvalidRows.ERROR);
  }

  /** Trains on Spark; returns the hash of the weights. */
  String distributed(int workers, Synchronization mode) {
    return distributed(workers, mode, TrainingListener.NONE, DistributedConfig.DEFAULTS);
  }

  String distributed(
      int workers, Synchronization mode, TrainingListener listener, DistributedConfig config) {
    try (ShardedData data = deal(TestSpark.digits(Split.TRAIN, trainRows), workers, config)) {
      return distributed(data, workers, mode, listener, config);
    }
  }

  /** Trains on {@code data}, which was dealt to {@code workers}. */
  String distributed(ShardedData data, int workers, Synchronization mode) {
    return distributed(data, workers, mode, TrainingListener.NONE, DistributedConfig.DEFAULTS);
  }

  private String distributed(
      ShardedData data,
      int workers,
      Synchronization mode,
      TrainingListener listener,
      DistributedConfig config) {
    return distributed(data, new Crew(workers, mode, "test"), listener, config);
  }

  /** Trains with workers who hold the weights; returns the hash of the weights. */
  String amongWorkers(int workers, TrainingListener listener, DistributedConfig config) {
    Crew owners =
        new Crew(workers, Synchronization.BARRIER, "test", config.exchange(), "asked for");
    try (ShardedData data = deal(TestSpark.digits(Split.TRAIN, trainRows), workers, config)) {
      return distributed(data, owners, listener, config);
    }
  }

  private String distributed(
      ShardedData data, Crew crew, TrainingListener listener, DistributedConfig config) {
    return bits(
        DistributedTrainer.train(
            TestSpark.context(), data, plan(), session(listener), crew, config));
  }

  static String bits(TrainingResult result) {
    return Safetensors.sha256(result.weights()) + " " + result.test().lossSum();
  }

  /** Trains in the plain reference; returns the hash of the weights. */
  public String local() {
    LabeledImages train = Digits.draw(Split.TRAIN, trainRows);
    LabeledImages test = Digits.draw(Split.TEST, TEST_ROWS);
    return bits(
        LocalTrainer.train(
            session(TrainingListener.NONE), plan(), Dealer.group(train, test, shards)));
  }
}

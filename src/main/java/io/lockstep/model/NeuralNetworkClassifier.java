package io.lockstep.model;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Augmentation;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.RowStorage;
import io.lockstep.distributed.RunStoppedException;
import io.lockstep.distributed.Synchronization;
import io.lockstep.distributed.Topology;
import io.lockstep.live.LiveRun;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.run.Run;
import io.lockstep.run.RunDescription;
import io.lockstep.run.Start;
import io.lockstep.training.GradientFormat;
import io.lockstep.training.HistoryRecorder;
import io.lockstep.training.OptimizerConfig;
import io.lockstep.training.Schedule;
import io.lockstep.training.Selection;
import io.lockstep.training.Sgd;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a neural network on a DataFrame: a Spark ML {@code Estimator} for pipelines and
 * cross-validation.
 *
 * <p>Instead of MLlib's {@code MultilayerPerceptronClassifier}:
 *
 * <pre>{@code
 * new NeuralNetworkClassifier().setLayers(784, 200, 10)
 * }</pre>
 *
 * <p>or any network that a run file can describe, with {@link #setNetwork(String)}. The same rows
 * in the same order, network and settings give the bits that {@code submit/train.sh} gives. One fit
 * takes the cluster's slots for itself: leave {@code CrossValidator}'s parallelism at 1.
 */
public final class NeuralNetworkClassifier extends Estimator<NeuralNetworkClassificationModel>
    implements PredictionParams<NeuralNetworkClassifier>, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final PredictionColumns columns;
  private final Param<String> labelCol;
  private final Param<String> weightCol;
  private final Param<String> validationIndicatorCol;
  private final DoubleParam validationFraction;
  private final Param<String> network;
  private final IntArrayParam layers;
  private final Param<String> weightInitializer;
  private final Param<String> biasInitializer;
  private final DoubleParam normalizeMean;
  private final DoubleParam normalizeStd;
  private final IntParam maxEpochs;
  private final IntParam batchSize;
  private final BooleanParam shuffle;
  private final IntParam shuffleBlock;
  private final LongParam seed;
  private final IntParam shards;
  private final Param<String> optimizer;
  private final DoubleParam learningRate;
  private final DoubleParam momentum;
  private final BooleanParam nesterov;
  private final DoubleParam weightDecay;
  private final Param<String> schedule;
  private final DoubleParam clipNorm;
  private final DoubleParam labelSmoothing;
  private final DoubleParam averageWeights;
  private final IntParam averageEvery;
  private final Param<String> augment;
  private final Param<String> keep;
  private final IntParam patience;
  private final IntParam workers;
  private final Param<String> synchronization;
  private final Param<String> gradients;
  private final Param<String> exchange;
  private final Param<String> rows;
  private final Param<String> checkpointFolder;

  /** A classifier with the defaults, and a name of its own. */
  public NeuralNetworkClassifier() {
    this(Identifiable$.MODULE$.randomUID("neuralNetwork"));
  }

  /** Spark's {@code defaultCopy} and {@code load} call this constructor reflectively. */
  public NeuralNetworkClassifier(String uid) {
    this.uid = uid; // first: a param takes its stage's uid
    columns = new PredictionColumns(this);
    labelCol = new Param<>(this, "labelCol", "column of labels, any number type: 0 to classes - 1");
    weightCol =
        new Param<>(
            this,
            "weightCol",
            "column of how much a row counts in the loss, any number type, >= 0");
    validationIndicatorCol =
        new Param<>(
            this,
            "validationIndicatorCol",
            "boolean column: true for rows to validate on; false or null for rows to train on");
    validationFraction =
        new DoubleParam(
            this,
            "validationFraction",
            "fraction of the rows, the last ones, to validate on rather than train on, in [0, 1)",
            fraction("validationFraction"));
    network =
        new Param<>(
            this,
            "network",
            "the network as HOCON, as in a run file: input = [1, 28, 28], layers = [...]",
            (Domain<String>) FitSettings::network);
    layers =
        new IntArrayParam(
            this,
            "layers",
            "units of each layer, the input's first, as MLlib's perceptron has them; ReLU between",
            (Domain<int[]>) FitSettings::network);
    weightInitializer =
        new Param<>(
            this,
            "weightInitializer",
            "how weights are first drawn, as in a run file's init.weights",
            (Domain<String>) FitSettings::initializer);
    biasInitializer =
        new Param<>(
            this,
            "biasInitializer",
            "how biases are first drawn, as in a run file's init.biases",
            (Domain<String>) FitSettings::initializer);
    normalizeMean =
        new DoubleParam(
            this,
            "normalizeMean",
            "subtracted from every input value (of bytes: value / 255)",
            (Domain<Object>) value -> new Normalization((double) value, 1));
    normalizeStd =
        new DoubleParam(
            this,
            "normalizeStd",
            "divides every input value after that, > 0",
            (Domain<Object>) value -> new Normalization(0, (double) value));
    maxEpochs =
        new IntParam(
            this, "maxEpochs", "passes over the training rows, >= 1", atLeastOne("maxEpochs"));
    batchSize =
        new IntParam(
            this,
            "batchSize",
            "examples per step, over all workers, >= 1",
            atLeastOne("batchSize"));
    shuffle = new BooleanParam(this, "shuffle", "whether each epoch has an order of its own");
    shuffleBlock =
        new IntParam(
            this,
            "shuffleBlock",
            "neighbouring rows of a shard that are shuffled among themselves, for rows that memory"
                + " does not hold, >= 0; 0 for all of them, more only with shuffle",
            (Domain<Object>) value -> Checks.requireAtLeastZero("shuffleBlock", (int) value));
    seed = new LongParam(this, "seed", "root of every random stream");
    shards =
        new IntParam(
            this,
            "shards",
            "ways each minibatch is cut, a power of two; part of the arithmetic",
            (Domain<Object>) value -> TrainingConfig.DEFAULTS.withShards((int) value));
    optimizer =
        new Param<>(
            this,
            "optimizer",
            "makes the step, as in a run file's training.optimizer: sgd, or adam {beta2 = 0.99}",
            (Domain<String>) FitSettings::optimizer);
    learningRate =
        new DoubleParam(
            this,
            "learningRate",
            "step size, applied to the mean gradient, > 0",
            positive("learningRate"));
    momentum =
        new DoubleParam(
            this,
            "momentum",
            "of sgd: fraction of the previous update carried over, in [0, 1)",
            fraction("momentum"));
    nesterov =
        new BooleanParam(this, "nesterov", "of sgd: whether to look ahead along the momentum");
    weightDecay =
        new DoubleParam(
            this, "weightDecay", "weight decay of the optimizer, >= 0", nonNegative("weightDecay"));
    schedule =
        new Param<>(
            this,
            "schedule",
            "of the learning rate, as in a run file's training.schedule: constant, or cosine {to = 0.1}",
            (Domain<String>) FitSettings::schedule);
    clipNorm =
        new DoubleParam(
            this,
            "clipNorm",
            "a longer mean gradient is shortened to this length, > 0; infinite for none",
            (Domain<Object>)
                value -> Checks.require((double) value > 0, "clipNorm must be > 0", value));
    labelSmoothing =
        new DoubleParam(
            this,
            "labelSmoothing",
            "part of each label that goes to all classes in the training loss, in [0, 1)",
            fraction("labelSmoothing"));
    averageWeights =
        new DoubleParam(
            this,
            "averageWeights",
            "fraction kept of the exponential average of the weights, the model's where it is > 0,"
                + " in [0, 1)",
            fraction("averageWeights"));
    averageEvery =
        new IntParam(
            this,
            "averageEvery",
            "steps that each shard makes on weights of its own before these are averaged, >= 1; more"
                + " than 1 needs the optimizer sgd, whose momentum begins anew after each",
            atLeastOne("averageEvery"));
    augment =
        new Param<>(
            this,
            "augment",
            "how much images are distorted when they are learned from, as in a run file's"
                + " data.augment: shift = 2, rotate = 10; or none",
            (Domain<String>) FitSettings::augmentation);
    keep =
        new Param<>(
            this,
            "keep",
            "which epoch's weights the model gets: best, by accuracy on the rows to validate on, then"
                + " by loss; last; or auto, the best where there are such rows, else the last",
            (Domain<String>) FitSettings::keep);
    patience =
        new IntParam(
            this,
            "patience",
            "epochs without a better accuracy on the rows to validate on that end the fit, >= 1; 0"
                + " for all of maxEpochs",
            (Domain<Object>)
                value ->
                    Checks.require(
                        (int) value >= 0, "patience must be >= 1 (0 for all of maxEpochs)", value));
    workers =
        new IntParam(
            this,
            "workers",
            "tasks at a time, at most one per shard; 0 for as many as there are slots",
            (Domain<Object>)
                value ->
                    Checks.require(
                        (int) value >= 0, "workers must be >= 1 (0 for all slots)", value));
    synchronization =
        new Param<>(
            this,
            "synchronization",
            "how gradients meet: auto, barrier or job",
            (Domain<String>) Synchronization::of);
    gradients =
        new Param<>(
            this,
            "gradients",
            "what sums of gradients are rounded to: float32 or bf16, which halves their messages",
            (Domain<String>) GradientFormat::of);
    exchange =
        new Param<>(
            this,
            "exchange",
            "what adds up the gradients and makes the step: auto, driver, or workers: slices or peers",
            (Domain<String>) Topology::of);
    rows =
        new Param<>(
            this,
            "rows",
            "where workers keep the rows: auto, memory or files",
            (Domain<String>) RowStorage::of);
    checkpointFolder =
        new Param<>(
            this,
            "checkpointFolder",
            "where fits keep their state, to go on from it when they are run again; any Hadoop"
                + " filesystem");
    setDefault(labelCol, "label");
    setDefault(validationFraction, 0.0);
    setDefault(
        weightInitializer, FitSettings.text(Initializer.Scheme.DEFAULTS.weights().toConfig()));
    setDefault(biasInitializer, FitSettings.text(Initializer.Scheme.DEFAULTS.biases().toConfig()));
    setDefault(normalizeMean, Normalization.NONE.mean());
    setDefault(normalizeStd, Normalization.NONE.std());
    setDefault(maxEpochs, TrainingConfig.DEFAULTS.epochs());
    setDefault(batchSize, TrainingConfig.DEFAULTS.batchSize());
    setDefault(shuffle, TrainingConfig.DEFAULTS.shuffle());
    setDefault(shuffleBlock, TrainingConfig.DEFAULTS.shuffleBlock());
    setDefault(seed, TrainingConfig.DEFAULTS.seed());
    setDefault(shards, TrainingConfig.DEFAULTS.shards());
    setDefault(optimizer, "sgd");
    setDefault(learningRate, Sgd.DEFAULTS.learningRate());
    setDefault(momentum, Sgd.DEFAULTS.momentum());
    setDefault(nesterov, Sgd.DEFAULTS.nesterov());
    setDefault(weightDecay, Sgd.DEFAULTS.weightDecay());
    setDefault(schedule, "constant");
    setDefault(clipNorm, TrainingConfig.DEFAULTS.clipNorm());
    setDefault(labelSmoothing, TrainingConfig.DEFAULTS.labelSmoothing());
    setDefault(averageWeights, TrainingConfig.DEFAULTS.averageWeights());
    setDefault(averageEvery, TrainingConfig.DEFAULTS.averageEvery());
    setDefault(augment, FitSettings.NO_AUGMENTATION);
    setDefault(keep, Selection.DEFAULTS.keep().toString());
    setDefault(patience, FitSettings.ALL_EPOCHS);
    setDefault(workers, DistributedConfig.DEFAULTS.workers());
    setDefault(synchronization, DistributedConfig.DEFAULTS.synchronization().toString());
    setDefault(gradients, TrainingConfig.DEFAULTS.gradients().toString());
    setDefault(exchange, DistributedConfig.DEFAULTS.exchange().toString());
    setDefault(rows, DistributedConfig.DEFAULTS.rows().toString());
  }

  private static Domain<Object> atLeastOne(String name) {
    return value -> Checks.requireAtLeastOne(name, (int) value);
  }

  private static Domain<Object> positive(String name) {
    return value -> Checks.requirePositive(name, (double) value);
  }

  private static Domain<Object> nonNegative(String name) {
    return value -> Checks.requireNonNegative(name, (double) value);
  }

  private static Domain<Object> fraction(String name) {
    return value ->
        Checks.require(
            (double) value >= 0 && (double) value < 1, name + " must be in [0, 1)", value);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public PredictionColumns columns() {
    return columns;
  }

  @Override
  public NeuralNetworkClassifier self() {
    return this;
  }

  /**
   * Trains. If its thread is interrupted or its Spark job cancelled, it ends with what Spark's own
   * estimators end with, an {@code InterruptedException} or a {@code SparkException}.
   *
   * @throws InvalidInputException if columns, rows or params don't fit each other
   * @throws io.lockstep.distributed.RunFailedException if the cluster fails
   * @throws io.lockstep.training.TrainingDivergedException if the loss is no longer finite
   */
  @Override
  public NeuralNetworkClassificationModel fit(Dataset<?> dataset) {
    Dataset<Row> table = dataset.toDF();
    transformSchema(table.schema());

    // 1. Params become the description of a run.
    RunDescription description = FitSettings.of(this);
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());

    // 2. Rows to shards, once it is known who works.
    TrainingRows rows = TrainingRows.of(this, table, description.network());
    try (Run run = Run.assemble(description, spark, rows, crew -> {})) {

      // 3. Steps.
      HistoryRecorder progress = new HistoryRecorder();
      FitCheckpoints checkpoints = FitCheckpoints.of(this, run, spark.hadoopConfiguration());
      TrainingResult result = train(spark, run, checkpoints, progress);

      // 4. The model, and how it came about.
      NeuralNetworkClassificationModel model =
          copyValues(new NeuralNetworkClassificationModel(uid, run.trained(result)), new ParamMap())
              .setParent(this);
      return model.withSummary(
          new NeuralNetworkTrainingSummary(
              model, rows.trainedOn(), getLabelCol(), progress.history(), result));
    } catch (RunStoppedException e) {
      throw e.asSparks();
    }
  }

  private static TrainingResult train(
      JavaSparkContext spark, Run run, FitCheckpoints checkpoints, TrainingListener listener) {
    Start start = checkpoints.start();
    try (LiveRun live = LiveRun.shown(spark, run, start.position())) {
      return live.ended(run.train(start, checkpoints.andThenWrite(run, listener.andThen(live))));
    }
  }

  /**
   * The schema of the model's {@code transform}.
   *
   * @throws InvalidInputException if a column is missing, of another type, or would be added twice
   */
  @Override
  public StructType transformSchema(StructType schema) {
    Network network = FitSettings.of(this).network();
    TrainingRows.check(this, schema, network);
    return NeuralNetworkClassificationModel.predictionSchema(this, schema, network.classes());
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  public String getLabelCol() {
    return getOrDefault(labelCol);
  }

  /** Default: {@code label}. */
  public NeuralNetworkClassifier setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  public Param<String> weightCol() {
    return weightCol;
  }

  public String getWeightCol() {
    return getOrDefault(weightCol);
  }

  /** Default: not set, which counts every row the same. */
  public NeuralNetworkClassifier setWeightCol(String value) {
    set(weightCol, value);
    return this;
  }

  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  public String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol);
  }

  /** Default: not set. */
  public NeuralNetworkClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol, value);
    return this;
  }

  public DoubleParam validationFraction() {
    return validationFraction;
  }

  public double getValidationFraction() {
    return (Double) getOrDefault(validationFraction);
  }

  /** Default: 0. The rows are the DataFrame's last: shuffle it first if it is sorted. */
  public NeuralNetworkClassifier setValidationFraction(double value) {
    set(validationFraction, value);
    return this;
  }

  public Param<String> network() {
    return network;
  }

  public String getNetwork() {
    return getOrDefault(network);
  }

  /** The network as a run file's {@code network} section: {@code input} and {@code layers}. */
  public NeuralNetworkClassifier setNetwork(String value) {
    set(network, value);
    return this;
  }

  /** The network. */
  public NeuralNetworkClassifier setNetwork(NetworkSpec value) {
    return setNetwork(FitSettings.text(value.toConfig()));
  }

  public IntArrayParam layers() {
    return layers;
  }

  public int[] getLayers() {
    return getOrDefault(layers);
  }

  /** For example 784, 200, 10. Instead of a network. */
  public NeuralNetworkClassifier setLayers(int... value) {
    set(layers, value);
    return this;
  }

  public Param<String> weightInitializer() {
    return weightInitializer;
  }

  public String getWeightInitializer() {
    return getOrDefault(weightInitializer);
  }

  /** Default: {@code kaimingUniform}, PyTorch's. */
  public NeuralNetworkClassifier setWeightInitializer(String value) {
    set(weightInitializer, value);
    return this;
  }

  public Param<String> biasInitializer() {
    return biasInitializer;
  }

  public String getBiasInitializer() {
    return getOrDefault(biasInitializer);
  }

  /** Default: {@code kaimingUniform}, PyTorch's. */
  public NeuralNetworkClassifier setBiasInitializer(String value) {
    set(biasInitializer, value);
    return this;
  }

  public DoubleParam normalizeMean() {
    return normalizeMean;
  }

  public double getNormalizeMean() {
    return (Double) getOrDefault(normalizeMean);
  }

  /** Default: 0. */
  public NeuralNetworkClassifier setNormalizeMean(double value) {
    set(normalizeMean, value);
    return this;
  }

  public DoubleParam normalizeStd() {
    return normalizeStd;
  }

  public double getNormalizeStd() {
    return (Double) getOrDefault(normalizeStd);
  }

  /** Default: 1. */
  public NeuralNetworkClassifier setNormalizeStd(double value) {
    set(normalizeStd, value);
    return this;
  }

  public IntParam maxEpochs() {
    return maxEpochs;
  }

  public int getMaxEpochs() {
    return (Integer) getOrDefault(maxEpochs);
  }

  /** Default: 10. */
  public NeuralNetworkClassifier setMaxEpochs(int value) {
    set(maxEpochs, value);
    return this;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public int getBatchSize() {
    return (Integer) getOrDefault(batchSize);
  }

  /** Default: 64. */
  public NeuralNetworkClassifier setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  public BooleanParam shuffle() {
    return shuffle;
  }

  public boolean getShuffle() {
    return (Boolean) getOrDefault(shuffle);
  }

  /** Default: true. */
  public NeuralNetworkClassifier setShuffle(boolean value) {
    set(shuffle, value);
    return this;
  }

  public IntParam shuffleBlock() {
    return shuffleBlock;
  }

  public int getShuffleBlock() {
    return (Integer) getOrDefault(shuffleBlock);
  }

  /** Default: 0. For rows that memory does not hold: some thousands, shuffled beforehand. */
  public NeuralNetworkClassifier setShuffleBlock(int value) {
    set(shuffleBlock, value);
    return this;
  }

  public LongParam seed() {
    return seed;
  }

  public long getSeed() {
    return (Long) getOrDefault(seed);
  }

  /** Default: 42. */
  public NeuralNetworkClassifier setSeed(long value) {
    set(seed, value);
    return this;
  }

  public IntParam shards() {
    return shards;
  }

  public int getShards() {
    return (Integer) getOrDefault(shards);
  }

  /** Default: 4. */
  public NeuralNetworkClassifier setShards(int value) {
    set(shards, value);
    return this;
  }

  public Param<String> optimizer() {
    return optimizer;
  }

  public String getOptimizer() {
    return getOrDefault(optimizer);
  }

  /**
   * The optimizer as a run file's {@code training.optimizer}: a kind, with or without settings.
   * Settings that are params of this stage too may be set there instead. Default: {@code sgd}.
   */
  public NeuralNetworkClassifier setOptimizer(String value) {
    set(optimizer, value);
    return this;
  }

  /** The optimizer, with all of its settings. */
  public NeuralNetworkClassifier setOptimizer(OptimizerConfig value) {
    return setOptimizer(FitSettings.text(value.toConfig()));
  }

  public DoubleParam learningRate() {
    return learningRate;
  }

  public double getLearningRate() {
    return (Double) getOrDefault(learningRate);
  }

  /** Default: the optimizer's; 0.01 for {@code sgd}. */
  public NeuralNetworkClassifier setLearningRate(double value) {
    set(learningRate, value);
    return this;
  }

  public DoubleParam momentum() {
    return momentum;
  }

  public double getMomentum() {
    return (Double) getOrDefault(momentum);
  }

  /** For {@code sgd} alone. Default: 0. */
  public NeuralNetworkClassifier setMomentum(double value) {
    set(momentum, value);
    return this;
  }

  public BooleanParam nesterov() {
    return nesterov;
  }

  public boolean getNesterov() {
    return (Boolean) getOrDefault(nesterov);
  }

  /** For {@code sgd} alone. Default: false. */
  public NeuralNetworkClassifier setNesterov(boolean value) {
    set(nesterov, value);
    return this;
  }

  public DoubleParam weightDecay() {
    return weightDecay;
  }

  public double getWeightDecay() {
    return (Double) getOrDefault(weightDecay);
  }

  /** Default: the optimizer's; 0 for {@code sgd}. */
  public NeuralNetworkClassifier setWeightDecay(double value) {
    set(weightDecay, value);
    return this;
  }

  public Param<String> schedule() {
    return schedule;
  }

  public String getSchedule() {
    return getOrDefault(schedule);
  }

  /** The schedule as a run file's {@code training.schedule}. Default: {@code constant}. */
  public NeuralNetworkClassifier setSchedule(String value) {
    set(schedule, value);
    return this;
  }

  /** The schedule. */
  public NeuralNetworkClassifier setSchedule(Schedule value) {
    return setSchedule(FitSettings.text(value.toConfig()));
  }

  public DoubleParam clipNorm() {
    return clipNorm;
  }

  public double getClipNorm() {
    return (Double) getOrDefault(clipNorm);
  }

  /** Default: infinite, which leaves every gradient as it is. */
  public NeuralNetworkClassifier setClipNorm(double value) {
    set(clipNorm, value);
    return this;
  }

  public DoubleParam labelSmoothing() {
    return labelSmoothing;
  }

  public double getLabelSmoothing() {
    return (Double) getOrDefault(labelSmoothing);
  }

  /** Default: 0. */
  public NeuralNetworkClassifier setLabelSmoothing(double value) {
    set(labelSmoothing, value);
    return this;
  }

  public DoubleParam averageWeights() {
    return averageWeights;
  }

  public double getAverageWeights() {
    return (Double) getOrDefault(averageWeights);
  }

  /** Default: 0, which keeps the weights themselves. */
  public NeuralNetworkClassifier setAverageWeights(double value) {
    set(averageWeights, value);
    return this;
  }

  public IntParam averageEvery() {
    return averageEvery;
  }

  public int getAverageEvery() {
    return (Integer) getOrDefault(averageEvery);
  }

  /** Default: 1, an exchange for every step. More needs the optimizer sgd, and gives other bits. */
  public NeuralNetworkClassifier setAverageEvery(int value) {
    set(averageEvery, value);
    return this;
  }

  public Param<String> augment() {
    return augment;
  }

  public String getAugment() {
    return getOrDefault(augment);
  }

  /**
   * The distortions as a run file's {@code data.augment}, such as {@code shift = 2, rotate = 10};
   * for a network whose input is an image. Default: {@code none}.
   */
  public NeuralNetworkClassifier setAugment(String value) {
    set(augment, value);
    return this;
  }

  /** The distortions. */
  public NeuralNetworkClassifier setAugment(Augmentation value) {
    return setAugment(FitSettings.text(value.toConfig()));
  }

  public Param<String> keep() {
    return keep;
  }

  public String getKeep() {
    return getOrDefault(keep);
  }

  /** Default: {@code auto}, the best epoch where there are rows to validate on, else the last. */
  public NeuralNetworkClassifier setKeep(String value) {
    set(keep, value);
    return this;
  }

  public IntParam patience() {
    return patience;
  }

  public int getPatience() {
    return (Integer) getOrDefault(patience);
  }

  /** Default: 0, which makes all of {@code maxEpochs}. Needs rows to validate on. */
  public NeuralNetworkClassifier setPatience(int value) {
    set(patience, value);
    return this;
  }

  public IntParam workers() {
    return workers;
  }

  public int getWorkers() {
    return (Integer) getOrDefault(workers);
  }

  /** Default: 0. The result is the same for any. */
  public NeuralNetworkClassifier setWorkers(int value) {
    set(workers, value);
    return this;
  }

  public Param<String> synchronization() {
    return synchronization;
  }

  public String getSynchronization() {
    return getOrDefault(synchronization);
  }

  /** Default: {@code auto}. The result is the same for any. */
  public NeuralNetworkClassifier setSynchronization(String value) {
    set(synchronization, value);
    return this;
  }

  public Param<String> gradients() {
    return gradients;
  }

  public String getGradients() {
    return getOrDefault(gradients);
  }

  /** Default: {@code float32}. With {@code bf16} the result is another. */
  public NeuralNetworkClassifier setGradients(String value) {
    set(gradients, value);
    return this;
  }

  public Param<String> exchange() {
    return exchange;
  }

  public String getExchange() {
    return getOrDefault(exchange);
  }

  /** Default: {@code auto}. The result is the same for any. */
  public NeuralNetworkClassifier setExchange(String value) {
    set(exchange, value);
    return this;
  }

  public Param<String> rows() {
    return rows;
  }

  public String getRows() {
    return getOrDefault(rows);
  }

  /** Default: {@code auto}. The result is the same for any. */
  public NeuralNetworkClassifier setRows(String value) {
    set(rows, value);
    return this;
  }

  public Param<String> checkpointFolder() {
    return checkpointFolder;
  }

  public String getCheckpointFolder() {
    return getOrDefault(checkpointFolder);
  }

  /**
   * Default: not set. Each fit has a folder of its own in this one, named after its data, network
   * and settings. A fit that was interrupted, and is run again, goes on from its last epoch to the
   * same bits; its summary has the history since.
   */
  public NeuralNetworkClassifier setCheckpointFolder(String value) {
    set(checkpointFolder, value);
    return this;
  }

  @Override
  public NeuralNetworkClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** How Spark finds what {@link #write} wrote. */
  public static MLReader<NeuralNetworkClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved classifier, which is untrained. */
  public static NeuralNetworkClassifier load(String path) {
    return read().load(path);
  }
}

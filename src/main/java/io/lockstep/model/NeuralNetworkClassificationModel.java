package io.lockstep.model;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.Columns;
import io.lockstep.data.spark.FeatureColumn;
import io.lockstep.data.spark.InvalidRows;
import io.lockstep.evaluation.Scorer;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.Ensemble;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A trained network as a Spark ML model, made by {@link NeuralNetworkClassifier} or {@link #load}.
 *
 * <p>{@link #transform} scores in batches, through the kernel that trains; a row's answer is the
 * same bits whatever its partition and neighbours, and the same as {@link #predictProbability}'s.
 *
 * <p>Saved, it is Spark ML's folder of {@code metadata}, beside the {@code network.conf} and {@code
 * weights.safetensors} that {@code Network.load} reads without Spark.
 */
public final class NeuralNetworkClassificationModel extends Model<NeuralNetworkClassificationModel>
    implements PredictionParams<NeuralNetworkClassificationModel>, MLWritable {
  private static final long serialVersionUID = 1L;

  private static final double[] NONE = {};

  private final String uid;
  private final PredictionColumns columns;
  private final TrainedNetwork trained;
  private transient NeuralNetworkTrainingSummary summary;
  private transient Broadcast<Ensemble> shared;
  private transient String sharedIn;

  /**
   * For Spark alone: a Spark Connect server finds stages with Java's {@code ServiceLoader}, which
   * makes one of each to learn its class. Models come from {@link NeuralNetworkClassifier#fit} and
   * {@link #load}; this one refuses to answer.
   */
  public NeuralNetworkClassificationModel() {
    this(Identifiable$.MODULE$.randomUID("neuralNetwork"), null);
  }

  NeuralNetworkClassificationModel(String uid, TrainedNetwork trained) {
    this.uid = uid; // first: a param takes its stage's uid
    this.columns = new PredictionColumns(this);
    this.trained = trained;
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
  public NeuralNetworkClassificationModel self() {
    return this;
  }

  /** The layers. */
  public NetworkSpec network() {
    return trainedNetwork().network().spec();
  }

  /** The network with its weights, which works without Spark. */
  public TrainedNetwork trainedNetwork() {
    if (trained == null) {
      throw new IllegalStateException(
          "This model has no network: its constructor without arguments is for Spark's loader. Use"
              + " NeuralNetworkClassifier.fit or NeuralNetworkClassificationModel.load.");
    }
    return trained;
  }

  public int numClasses() {
    return trainedNetwork().network().classes();
  }

  public int numFeatures() {
    return trainedNetwork().network().inputSize();
  }

  /** SHA-256 over the weights: equal hashes, equal bits. */
  public String weightsSha256() {
    return Safetensors.sha256(trainedNetwork().weights());
  }

  /** Whether this model was fitted here, rather than loaded or copied from elsewhere. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * How training went.
   *
   * @throws IllegalStateException if this model was loaded: a summary is not saved
   */
  public NeuralNetworkTrainingSummary summary() {
    if (summary == null) {
      throw new IllegalStateException(
          "There is no training summary: " + uid + " was not fitted in this session.");
    }
    return summary;
  }

  NeuralNetworkClassificationModel withSummary(NeuralNetworkTrainingSummary newSummary) {
    summary = newSummary;
    return this;
  }

  /**
   * The schema that {@link #transform} gives.
   *
   * @throws InvalidInputException if the features are missing or of another type, or a column to be
   *     added exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    features(schema);
    return predictionSchema(this, schema, numClasses());
  }

  /** {@code schema} with the columns that {@code stage} adds for {@code classes} classes. */
  static StructType predictionSchema(PredictionParams<?> stage, StructType schema, int classes) {
    requireThresholdsOf(stage, classes);
    StructType result = schema;
    for (StructField field : added(stage, classes)) {
      if (Columns.has(result, field.name())) {
        throw new InvalidInputException(
            String.format(
                "Column \"%s\" exists, and is to be added. Drop it, or name another"
                    + " predictionCol, probabilityCol or rawPredictionCol.",
                field.name()));
      }
      result = result.add(field);
    }
    return result;
  }

  private static List<StructField> added(PredictionParams<?> stage, int classes) {
    List<StructField> fields = new ArrayList<>();
    for (String vector : List.of(stage.getRawPredictionCol(), stage.getProbabilityCol())) {
      if (!vector.isEmpty()) {
        fields.add(new AttributeGroup(vector, classes).toStructField());
      }
    }
    String prediction = stage.getPredictionCol();
    if (!prediction.isEmpty()) {
      fields.add(
          NominalAttribute.defaultAttr()
              .withName(prediction)
              .withNumValues(classes)
              .toStructField());
    }
    return fields;
  }

  private FeatureColumn features(StructType schema) {
    return FeatureColumn.of(schema, getFeaturesCol(), network().input());
  }

  /**
   * Adds logits, probabilities and the predicted class to each row. Works on streams too.
   *
   * @throws InvalidInputException as {@link #transformSchema}; and in its tasks, for a row that
   *     can't be scored, unless {@code handleInvalid} is {@code skip}
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Dataset<Row> table = dataset.toDF();
    StructType schema = transformSchema(table.schema());
    Scorer scorer =
        new Scorer(shared(table), features(table.schema()), InvalidRows.of(getHandleInvalid()));
    return withMetadata(scorer.score(table, schema, answer()), schema);
  }

  /** Spark drops a column's metadata on the way through a function. */
  private static Dataset<Row> withMetadata(Dataset<Row> rows, StructType schema) {
    String[] names = new String[schema.size()]; // of their own: those of the schema may repeat
    Arrays.setAll(names, i -> "c" + i);
    Column[] columns = new Column[names.length];
    for (int i = 0; i < columns.length; i++) {
      StructField field = schema.fields()[i];
      columns[i] = new Column(names[i]).as(field.name(), field.metadata());
    }
    return rows.toDF(names).select(columns);
  }

  private synchronized Broadcast<Ensemble> shared(Dataset<?> table) {
    String application = table.sparkSession().sparkContext().applicationId();
    if (!application.equals(sharedIn)) { // a broadcast ends with its application
      shared = Scorer.broadcast(table, Ensemble.of(trainedNetwork()));
      sharedIn = application;
    }
    return shared;
  }

  /** Appends to a row what the columns ask for; takes along no more than it needs. */
  private Scorer.Answer answer() {
    boolean raw = !getRawPredictionCol().isEmpty();
    boolean probability = !getProbabilityCol().isEmpty();
    boolean prediction = !getPredictionCol().isEmpty();
    double[] ownThresholds = thresholdsOrNone();
    return (row, scored, example) -> {
      Object[] values = new Object[row.size() + 3];
      double[] probabilities =
          probability || ownThresholds.length > 0 ? scored.probabilities(example) : NONE;
      int size = 0;
      while (size < row.size()) {
        values[size] = row.get(size);
        size++;
      }
      if (raw) {
        values[size++] = logits(scored, example);
      }
      if (probability) {
        values[size++] = Vectors.dense(probabilities);
      }
      if (prediction) {
        values[size++] =
            (double)
                (ownThresholds.length == 0
                    ? scored.prediction(example)
                    : prediction(probabilities, ownThresholds));
      }
      return RowFactory.create(Arrays.copyOf(values, size));
    };
  }

  private double[] thresholdsOrNone() {
    requireThresholdsOf(this, numClasses());
    return isDefined(thresholds()) ? getThresholds() : NONE;
  }

  private static void requireThresholdsOf(PredictionParams<?> stage, int classes) {
    if (stage.isDefined(stage.thresholds())) {
      double[] values = stage.getThresholds();
      Checks.require(
          values.length == classes,
          String.format("thresholds must be %d, one per class", classes),
          Arrays.toString(values));
    }
  }

  private static Vector logits(BatchScorer scored, int example) {
    float[] logits = scored.logits(example);
    double[] values = new double[logits.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = logits[k];
    }
    return Vectors.dense(values);
  }

  private static int prediction(double[] probabilities, double[] thresholds) {
    int best = 0;
    for (int k = 1; k < probabilities.length; k++) {
      if (scaled(probabilities[k], thresholds[k]) > scaled(probabilities[best], thresholds[best])) {
        best = k;
      }
    }
    return best;
  }

  /** Of 0 / 0, 0: as Spark ML's classifiers do. */
  private static double scaled(double probability, double threshold) {
    return probability == 0 ? 0 : probability / threshold;
  }

  /** The class of one example. */
  public double predict(Vector features) {
    BatchScorer scored = scored(features);
    double[] thresholds = thresholdsOrNone();
    return thresholds.length == 0
        ? scored.prediction(0)
        : prediction(scored.probabilities(0), thresholds);
  }

  /** The logits of one example. */
  public Vector predictRaw(Vector features) {
    return logits(scored(features), 0);
  }

  /** The class probabilities of one example. */
  public Vector predictProbability(Vector features) {
    return Vectors.dense(scored(features).probabilities(0));
  }

  private BatchScorer scored(Vector features) {
    FeatureColumn column =
        new FeatureColumn(getFeaturesCol(), FeatureColumn.Kind.VECTOR, network().input());
    Optional<String> defect = column.defect(features, () -> "the example");
    if (defect.isPresent()) {
      throw new InvalidInputException(defect.get());
    }
    float[] values = new float[features.size()];
    column.floats(features, values, 0);
    return trainedNetwork().scored(values);
  }

  @Override
  public NeuralNetworkClassificationModel copy(ParamMap extra) {
    NeuralNetworkClassificationModel copy = new NeuralNetworkClassificationModel(uid, trained);
    return copyValues(copy, extra).setParent(parent()).withSummary(summary);
  }

  @Override
  public MLWriter write() {
    return new ModelFolder.Writer(this);
  }

  /** How Spark finds what {@link #write} wrote. */
  public static MLReader<NeuralNetworkClassificationModel> read() {
    return new ModelFolder.Reader();
  }

  /**
   * Reads what {@link #save} wrote, from any Hadoop filesystem.
   *
   * @throws InvalidInputException if it is missing, damaged or something else
   */
  public static NeuralNetworkClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    String text =
        String.format(
            Locale.ROOT,
            "NeuralNetworkClassificationModel: uid=%s, layers=%d, parameters=%d, numClasses=%d,"
                + " numFeatures=%d, weights sha256 %s",
            uid,
            network().layers().size(),
            trained.network().learnedCount(),
            numClasses(),
            numFeatures(),
            weightsSha256());
    return hasSummary() ? text + ", trained in " + summary.history() : text;
  }

  /** Saves to a new folder; {@code write().overwrite().save(path)} replaces an old one. */
  @Override
  public void save(String path) throws IOException {
    write().save(path);
  }
}

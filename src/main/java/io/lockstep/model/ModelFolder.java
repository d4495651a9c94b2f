package io.lockstep.model;

import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.WholeFolders;
import io.lockstep.export.ModelCard;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.network.UntrainedNetwork;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/**
 * A saved model: Spark ML's {@code metadata}, the two files of a {@link TrainedNetwork}, and its
 * card. The metadata is written and read by Spark's own classes, which it keeps to itself in Scala;
 * every use of them is here.
 */
final class ModelFolder {
  private ModelFolder() {}

  /** Writes one model. */
  static final class Writer extends MLWriter {
    private final NeuralNetworkClassificationModel model;

    Writer(NeuralNetworkClassificationModel model) {
      this.model = model;
    }

    @Override
    public void save(String path) throws IOException {
      Path folder = new Path(path);
      Configuration hadoop = sc().hadoopConfiguration();
      WholeFolders.requireAbsent(
          folder, shouldOverwrite(), "To replace it, call write().overwrite().save(path).", hadoop);
      WholeFolders.write(folder, shouldOverwrite(), hadoop, beside -> saveImpl(beside.toString()));
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter$.MODULE$.saveMetadata(
          model, path, sparkSession(), Option.empty(), Option.empty());
      TrainedNetwork trained = model.trainedNetwork();
      try {
        write(path, TrainedNetwork.WEIGHTS_FILE, encodedWeights(trained));
        write(
            path,
            TrainedNetwork.DESCRIPTION_FILE,
            trained.description().getBytes(StandardCharsets.UTF_8));
        write(path, ModelCard.FILE, card(trained).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String card(TrainedNetwork trained) {
      List<String> training =
          model.hasSummary()
              ? List.of(model.summary().history().toString(), "weights: " + model.summary().kept())
              : List.of();
      return ModelCard.ofSparkModel(trained, model.uid(), training);
    }

    private static byte[] encodedWeights(TrainedNetwork trained) {
      return Safetensors.encode(trained.network(), trained.weights());
    }

    private void write(String folder, String name, byte[] bytes) throws IOException {
      WholeFolders.writeFile(new Path(folder, name), bytes, sc().hadoopConfiguration());
    }
  }

  /** Reads models. */
  static final class Reader extends MLReader<NeuralNetworkClassificationModel> {
    @Override
    public NeuralNetworkClassificationModel load(String path) {
      Configuration hadoop = sc().hadoopConfiguration();
      TrainedNetwork trained = trained(new Path(path), hadoop);
      try {
        DefaultParamsReader.Metadata metadata =
            DefaultParamsReader$.MODULE$.loadMetadata(
                path, sparkSession(), NeuralNetworkClassificationModel.class.getName());
        NeuralNetworkClassificationModel model =
            new NeuralNetworkClassificationModel(metadata.uid(), trained);
        metadata.getAndSetParams(model, Option.empty());
        return model;
      } catch (InvalidInputException e) { // of a param
        throw new InvalidInputException("Model folder " + path + ": " + e.getMessage(), e);
      } catch (Exception e) { // Spark's, of many kinds, some of them checked but not declared
        throw new InvalidInputException(
            "Model folder "
                + path
                + " has no metadata that Spark ML can read: "
                + e.getMessage()
                + " Network.load reads its weights without.",
            e);
      }
    }

    private static TrainedNetwork trained(Path folder, Configuration hadoop) {
      Path description = new Path(folder, TrainedNetwork.DESCRIPTION_FILE);
      Path weights = new Path(folder, TrainedNetwork.WEIGHTS_FILE);
      try {
        FileSystem files = description.getFileSystem(hadoop);
        if (!files.exists(description)) {
          throw TrainedNetwork.noModel(folder.toString());
        }
        if (!files.exists(weights)) {
          throw new InvalidInputException("Weights file " + weights + " does not exist.");
        }
        UntrainedNetwork untrained =
            UntrainedNetwork.of(
                description.toString(),
                WholeFolders.readFile(
                    description,
                    bytes -> HoconReader.requireSize(description.toString(), bytes),
                    hadoop));
        byte[] encoded =
            WholeFolders.readFile(
                weights,
                bytes -> Safetensors.requireSize(weights.toString(), bytes, untrained.network()),
                hadoop);
        return untrained.with(Safetensors.decode(weights.toString(), encoded, untrained.network()));
      } catch (FileNotFoundException e) {
        throw new InvalidInputException(
            folder + " must hold files that can be read: " + e.getMessage(), e);
      } catch (ChecksumException e) { // what Hadoop wrote beside the file says so
        throw new InvalidInputException(folder + " is damaged: " + e.getMessage(), e);
      } catch (IOException e) {
        throw new UncheckedIOException(folder + " can't be read: " + e.getMessage(), e);
      }
    }
  }
}

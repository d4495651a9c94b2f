package io.lockstep.network;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.HoconReader;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network with its weights and the normalisation of its inputs: what scores an image.
 *
 * <p>As a folder: {@code network.conf} (description) and {@code weights.safetensors}.
 *
 * @param network the layers
 * @param normalization of the inputs
 * @param weights the parameter vector
 */
public record TrainedNetwork(Network network, Normalization normalization, float[] weights)
    implements Serializable {
  /** The file that {@link #description()} is kept in. */
  public static final String DESCRIPTION_FILE = "network.conf";

  /** The file of the weights, see {@link Safetensors}. */
  public static final String WEIGHTS_FILE = "weights.safetensors";

  /** Writes the new folder {@code folder}, whole or not at all. */
  public void save(Path folder) {
    save(folder, Map.of());
  }

  /**
   * Writes the new folder {@code folder}, whole or not at all.
   *
   * @param more files of it, by name: for people, {@link #load} does not read them
   */
  public void save(Path folder, Map<String, String> more) {
    WholeFiles.createWholeFolder(
        folder,
        beside -> {
          WholeFiles.write(beside.resolve(WEIGHTS_FILE), Safetensors.encode(network, weights));
          WholeFiles.write(beside.resolve(DESCRIPTION_FILE), description());
          more.forEach((name, text) -> WholeFiles.write(beside.resolve(name), text));
        });
  }

  /** Everything but the weights, as HOCON. */
  public String description() {
    Config description =
        ConfigValueFactory.fromMap(
                Map.of(
                    "lockstep", Version.LOCKSTEP,
                    "network", network.spec().toConfig(),
                    "normalize", normalization.toMap()))
            .toConfig();
    return description.root().render(HoconText.HOCON);
  }

  /**
   * Reads a folder that {@link #save} wrote.
   *
   * @param folder the folder itself, or a run's folder with its {@code model}
   * @throws InvalidInputException if it is missing, damaged or something else
   */
  public static TrainedNetwork load(Path folder) {
    Path model = Files.isDirectory(folder.resolve("model")) ? folder.resolve("model") : folder;
    Path description = model.resolve(DESCRIPTION_FILE);
    if (!Files.isRegularFile(description)) {
      throw noModel(model.toString());
    }
    try {
      HoconReader.requireSize(description.toString(), Files.size(description));
      UntrainedNetwork untrained =
          UntrainedNetwork.of(description.toString(), Files.readAllBytes(description));
      return untrained.with(Safetensors.read(model.resolve(WEIGHTS_FILE), untrained.network()));
    } catch (IOException e) {
      throw new UncheckedIOException(description + " can't be read: " + WholeFiles.reason(e), e);
    }
  }

  /** The error for a folder that is none of ours. */
  public static InvalidInputException noModel(String folder) {
    return new InvalidInputException(
        String.format(
            "Model folder %s must hold %s and %s, but has no %s. Name a run's folder, its model"
                + " folder, or a saved model (of a saved pipeline, the folder of its stage).",
            folder, DESCRIPTION_FILE, WEIGHTS_FILE, DESCRIPTION_FILE));
  }

  /** Scores many examples; one scorer per thread. */
  public BatchScorer newScorer() {
    return Ensemble.of(this).newScorer();
  }

  /**
   * The class probabilities of one example of bytes, each meaning {@code value / 255}. For many
   * examples, {@link #newScorer} is faster.
   */
  public double[] probabilities(byte[] values) {
    BatchScorer scorer = new BatchScorer(List.of(this), 1);
    scorer.add(values);
    return scored(scorer).probabilities(0);
  }

  /** The class probabilities of one example. */
  public double[] probabilities(float[] values) {
    return scored(values).probabilities(0);
  }

  /** A scorer that has scored one example. */
  public BatchScorer scored(float[] values) {
    BatchScorer scorer = new BatchScorer(List.of(this), 1);
    scorer.add(values);
    return scored(scorer);
  }

  private static BatchScorer scored(BatchScorer scorer) {
    scorer.score();
    return scorer;
  }

  void requireInputSize(int size) {
    if (size != network.inputSize()) {
      throw new InvalidInputException(
          String.format(
              "An example must have %d values, a %s, but has %d.",
              network.inputSize(), network.spec().input(), size));
    }
  }
}

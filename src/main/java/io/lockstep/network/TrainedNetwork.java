package io.lockstep.network;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String DESCRIPTION = "network.conf";
  private static final String WEIGHTS = "weights.safetensors";

  /** Writes the new folder {@code folder}. */
  public void save(Path folder) {
    WholeFiles.createNewFolder(folder);
    WholeFiles.write(folder.resolve(WEIGHTS), Safetensors.encode(network, weights));
    Config description =
        ConfigValueFactory.fromMap(
                Map.of(
                    "lockstep", Version.LOCKSTEP,
                    "network", network.spec().toConfig(),
                    "normalize", normalization.toMap()))
            .toConfig();
    WholeFiles.write(folder.resolve(DESCRIPTION), description.root().render(HoconText.HOCON));
  }

  /**
   * Reads a folder that {@link #save} wrote.
   *
   * @throws InvalidInputException if it is missing, damaged or something else
   */
  public static TrainedNetwork load(Path folder) {
    Path description = folder.resolve(DESCRIPTION);
    if (!Files.isRegularFile(description)) {
      throw new InvalidInputException(
          "Model folder "
              + folder
              + " must hold "
              + DESCRIPTION
              + " and "
              + WEIGHTS
              + ", but has no "
              + DESCRIPTION
              + ". Name a run's folder or its model folder.");
    }
    try {
      Settings settings =
          Settings.of(ConfigFactory.parseString(Files.readString(description)).resolve());
      settings.stringValue("lockstep", "");
      NetworkSpec spec = NetworkSpec.of(settings.section("network"));
      Normalization normalization = Normalization.of(settings.section("normalize"));
      settings.rejectUnknown();
      Network network = Network.of(spec);
      return new TrainedNetwork(
          network, normalization, Safetensors.read(folder.resolve(WEIGHTS), network));
    } catch (ConfigException | CharacterCodingException e) {
      throw new InvalidInputException(description + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(description + " can't be read: " + WholeFiles.reason(e), e);
    }
  }
}

package io.lockstep.export;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a model may leave as. */
public enum ExportFormat {
  /** One graph from features to probabilities, see {@link OnnxFile}. */
  ONNX {
    @Override
    Map<Path, byte[]> files(Ensemble models, Path output) {
      return Map.of(output, OnnxFile.encode(models));
    }
  },

  /** The weights alone, named as in PyTorch, see {@link Safetensors}. */
  SAFETENSORS {
    @Override
    Map<Path, byte[]> files(Ensemble models, Path output) {
      TrainedNetwork model = single(models);
      return Map.of(output, Safetensors.encode(model.network(), model.weights()));
    }
  },

  /** A Python file that makes the module, see {@link PyTorchFile}, and the weights beside it. */
  PYTORCH {
    @Override
    List<Path> outputs(Path output) {
      String name = output.getFileName().toString();
      if (!name.endsWith(PYTHON) || name.length() == PYTHON.length()) {
        throw new InvalidInputException(
            "Output of format pytorch must be a Python file, NAME"
                + PYTHON
                + ", but was "
                + output);
      }
      String stem = name.substring(0, name.length() - PYTHON.length());
      return List.of(output.resolveSibling(stem + ".safetensors"), output);
    }

    @Override
    Map<Path, byte[]> files(Ensemble models, Path output) {
      TrainedNetwork model = single(models);
      Path weights = outputs(output).get(0);
      Map<Path, byte[]> files = new LinkedHashMap<>(); // the module last: it needs the weights
      files.put(weights, Safetensors.encode(model.network(), model.weights()));
      files.put(output, PyTorchFile.encode(model, weights.getFileName().toString()));
      return files;
    }
  };

  private static final String PYTHON = ".py";

  /** The format called {@code name}. */
  public static ExportFormat of(String name) {
    return Checks.choice(values(), name, "format must be one of onnx, safetensors, pytorch");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The files that an export to {@code output} makes. */
  List<Path> outputs(Path output) {
    return List.of(output);
  }

  /** Those files, in the order in which they are to be written. */
  abstract Map<Path, byte[]> files(Ensemble models, Path output);

  TrainedNetwork single(Ensemble models) {
    if (models.models().size() != 1) {
      throw new InvalidInputException(
          String.format(
              "format %s must have one model, but was given %d. Export each to a file of its own, or"
                  + " all as onnx, where one graph averages them.",
              this, models.models().size()));
    }
    return models.models().get(0);
  }

  /**
   * Refuses an {@code output} that can't be written to, or that would write over something.
   *
   * @throws InvalidInputException if it exists or has the wrong kind of name
   */
  public void requireFree(Path output) {
    outputs(output).forEach(WholeFiles::requireAbsent);
  }

  /**
   * Writes {@code models} to the new file {@code output}.
   *
   * @return the files that were written
   * @throws InvalidInputException if one exists, or the format can't hold these models
   */
  public List<Path> export(Ensemble models, Path output) {
    requireFree(output);
    Map<Path, byte[]> files = files(models, output);
    try {
      Files.createDirectories(output.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(output + " can't be written: " + WholeFiles.reason(e), e);
    }
    files.forEach(WholeFiles::write);
    return List.copyOf(files.keySet());
  }
}

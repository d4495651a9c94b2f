package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.export.ExportFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code submit/export.sh}: a trained network as a file for others. */
@Command(
    name = "export",
    description = {
      "Writes a trained network as a file that others read. It takes what predict takes as floats (of"
          + " bytes, value / 255): the run's normalisation is in the file, but for safetensors.",
      "onnx: one graph from 'features' to 'probability', for any number of examples; several models"
          + " are averaged in it. pytorch: a Python file NAME.py that makes the module, and its"
          + " weights NAME.safetensors. safetensors: the weights alone."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "onnx|safetensors|pytorch",
      description = "What to write.")
  private String format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "New file, which is never written over; for pytorch it ends in .py.")
  private Path output;

  private final Console console = Console.ofProcess();

  @Override
  public Integer call() throws IOException {
    ExportFormat wanted = ExportFormat.of(format);
    if (output.getFileName() == null) {
      throw new InvalidInputException("Output must name a file, but was " + output);
    }
    wanted.requireFree(output);
    for (Path file : wanted.export(model.load(), output)) {
      console.say("file    %s (%,d bytes)", file, Files.size(file));
    }
    return 0;
  }
}
